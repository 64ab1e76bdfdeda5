// One call in one line: what is said of it, whatever came of it and whoever recorded it.
import { describe, expect, test } from 'vitest'
import { callFacts, objectOf } from '../../shared/call-facts.ts'
import { callWords } from '../../shared/messages/calls.ts'
import { elapsed, took } from '../../shared/messages/durations.ts'
import type { MessageRecord } from '../../shared/session.ts'

const result = (more: object): MessageRecord => ({
  type: 'message',
  id: 't',
  parentId: null,
  ts: null,
  role: 'tool',
  content: 'words',
  callId: 'c',
  isError: false,
  ...more,
})
const failed = (code: string, reason: string | null = null, more: object = { ms: 3 }) =>
  result({ isError: true, failure: { code, reason }, ...more })
const file = { path: 'a.ts', change: 'edited', added: 1_200, removed: 1, diff: null }
const found = (what: object) => result({ ms: 3, detail: { files: [], found: what } })

function line(name: string, record: MessageRecord | null, more?: Parameters<typeof callFacts>[1]): string {
  const facts = callFacts(record, more)
  return `${callWords.verb(name, facts)} … ${callWords.outcome(name, facts)}`
}

describe('a call that has ended', () => {
  test.each<[string, MessageRecord, string]>([
    ['read_file', found({ what: 'lines', count: 120, of: 120 }), 'Read … 120 lines'],
    ['read_file', found({ what: 'lines', count: 1, of: 1 }), 'Read … 1 line'],
    ['read_file', found({ what: 'lines', count: 20, of: 5_000 }), 'Read … 20 of 5,000 lines'],
    ['read_file', found({ what: 'names', count: 7 }), 'Read … 7 names'],
    ['search_files', found({ what: 'matches', count: 12, of: 3 }), 'Searched for … 12 hits in 3 files'],
    [
      'search_files',
      found({ what: 'matches', count: 100, of: 1, more: true }),
      'Searched for … 100 hits in 1 file, or more',
    ],
    ['search_files', found({ what: 'matches', count: 0, of: 0 }), 'Searched for … nothing found'],
    ['read_file', result({ ms: 3, full: { blob: 'x', bytes: 9 } }), 'Read … shortened'],
    ['use_skill', result({ ms: 3 }), 'Read skill … '],
    ['use_skill', failed('not-found'), 'Read skill … not found'],
    ['edit_file', result({ ms: 3, detail: { files: [file] } }), 'Edited … '],
    ['write_file', result({ ms: 3, detail: { files: [{ ...file, change: 'created' }] } }), 'Created … '],
    ['write_file', result({ ms: 3 }), 'Wrote … no change'],
    ['read_file', failed('denied', 'outside'), 'Read … refused: outside the folder'],
    ['edit_file', failed('denied', 'protected'), 'Edit … refused: protected'],
    ['edit_file', failed('not-found'), 'Edit … not found'],
    ['edit_file', failed('invalid-input'), 'Edit … not done'],
    ['edit_file', failed('invalid-input', 'unreadable'), 'Edit … could not be understood'],
    ['frobnicate', failed('not-found', 'unknown-tool'), 'Call … no such tool'],
    ['search_files', failed('cancelled'), 'Search for … stopped'],
    ['search_files', failed('cancelled', null, {}), 'Search for … not run'],
    ['read_file', failed('limit', 'too-many', {}), 'Read … not run: too many at once'],
    ['read_file', failed('limit', 'repeated', {}), 'Read … not run: the same again'],
    // Recorded by an older Carrel, or by anybody.
    ['read_file', result({ isError: true }), 'Read … failed'],
    ['read_file', result({ isError: true, failure: 7, detail: 'none', ms: 'long' }), 'Read … failed'],
    ['constructor', result({}), 'Called … '],
  ])('%s %#', (name, record, said) => {
    expect(line(name, record)).toBe(said)
  })
})

test('without a result it goes on, waits, was never run, or may have happened', () => {
  const calling = { ms: null, isError: false, failure: null }
  expect(line('read_file', null, { calling, isLive: true })).toBe('Reading … ')
  expect(line('read_file', null, { calling: { ms: 4, isError: false, failure: null }, isLive: true })).toBe('Read … ')
  const ended = { ms: 4, isError: true, failure: null }
  expect(line('edit_file', null, { calling: ended, isLive: true })).toBe('Edit … failed')
  const refused = { ...ended, failure: { code: 'denied', reason: 'outside' } }
  expect(line('edit_file', null, { calling: refused, isLive: true })).toBe('Edit … refused: outside the folder')
  expect(line('edit_file', null, { isLive: true })).toBe('Edit … waits')
  expect(line('edit_file', null)).toBe('Edit … not run')
  expect(line('edit_file', null, { hasStarted: true })).toBe('Edit … interrupted; it may have happened')
})

test('what it is about is the path or the words, and the name of a tool nobody knows', () => {
  const about = (name: string, given: Record<string, unknown> | null) => objectOf({ id: 'c', name, arguments: given })
  expect(about('read_file', { path: 'a.ts' })).toEqual({ text: 'a.ts', isPath: true, within: null })
  expect(about('search_files', { query: 'x', path: 'src' })).toEqual({ text: 'x', isPath: false, within: 'src' })
  for (const given of [null, {}, { path: 7 }]) expect(about('read_file', given).text).toBe('read_file')
  expect(about('fetch', { path: 'a.ts' }).text).toBe('fetch')
})

test('files are counted together', () => {
  const files = [file, { ...file, added: 3, removed: 4 }] as Parameters<typeof callWords.added>[0]
  expect([callWords.added(files), callWords.removed(files)]).toEqual(['+1,203', '−5'])
})

test('times are short', () => {
  expect([0, 149, 9_940, 9_960, 59_400, 125_000].map(took)).toEqual(['0.0 s', '0.1 s', '9.9 s', '10 s', '59 s', '2:05'])
  expect([7, 61].map(elapsed)).toEqual(['7 s', '1:01'])
})
