// The damage table: what is left of a session's file, case by case. It is printed, so that a person can read it.
import { afterAll, expect, test } from 'vitest'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { headerOf, isNewer, summarize } from '../../electron/services/sessions/summary.ts'
import { skippedBytes } from '../../shared/session.ts'
import { activePath } from '../../shared/session-tree.ts'
import { header, type Line, message } from '../support/session-lines.ts'

const [one, two, three] = [message('m1', null), message('m2', 'm1'), message('m3', 'm2')]
const text = (line: Line) => JSON.stringify(line)
const file = (...parts: (string | Buffer | Line)[]) =>
  Buffer.concat(
    parts.map((part) =>
      Buffer.isBuffer(part) ? part : Buffer.from(typeof part === 'string' ? part : `${text(part)}\n`),
    ),
  )
const nul = (length: number) => Buffer.alloc(length)
const deep = (levels: number) => `{"type":"mood","id":"deep","at":${'['.repeat(levels)}${']'.repeat(levels)}}\n`
const torn = text(two).slice(0, 40)
const cut = Buffer.from(text(message('m2', 'm1', { content: 'straße 📚' })))
const cutAt = cut.indexOf(Buffer.from('📚')) + 2

interface Case {
  bytes: Buffer
  /** Ids of the records that are found; the header is `S`. */
  kept: string
  /** How many of the records that were written are not. */
  lost?: number
  skipped?: number
  codes?: string
  /** Ids of what a person is shown, when that is not every message that was kept. */
  path?: string
  state?: 'damaged' | 'readonly'
}

const cases: Record<string, Case> = {
  whole: { bytes: file(header, one, two), kept: 'S m1 m2' },
  'no final newline': { bytes: file(header, one, text(two)), kept: 'S m1 m2' },
  'torn tail': { bytes: file(header, one, torn), kept: 'S m1', lost: 1, skipped: 40, codes: 'bad_line' },
  'torn tail, ended and gone on with': {
    bytes: file(header, one, `${torn}\n`, three),
    kept: 'S m1 m3',
    lost: 1,
    skipped: 40,
    codes: 'bad_line unknown_parent',
  },
  'torn, the next record glued to it': {
    bytes: file(header, one, torn, three),
    kept: 'S m1 m3',
    lost: 1,
    skipped: 40,
    codes: 'bad_line unknown_parent',
  },
  'two whole records glued': { bytes: file(header, text(one), two), kept: 'S m1 m2' },
  'newline between two became a letter': {
    bytes: file(header, text(one), 'x', two),
    kept: 'S m1 m2',
    skipped: 1,
    codes: 'bad_line',
  },
  'newline between two became NUL bytes': {
    bytes: file(header, text(one), nul(9), two),
    kept: 'S m1 m2',
    skipped: 9,
    codes: 'nul_bytes',
  },
  'NUL bytes in front of a record': {
    bytes: file(header, one, nul(4_096), two),
    kept: 'S m1 m2',
    skipped: 4_096,
    codes: 'nul_bytes',
  },
  'NUL bytes as the tail': { bytes: file(header, one, nul(4_096)), kept: 'S m1', skipped: 4_096, codes: 'nul_bytes' },
  'NUL bytes inside a record': {
    bytes: file(header, text(one).slice(0, 50), nul(20), `${text(one).slice(70)}\n`, two),
    kept: 'S m2',
    lost: 1,
    skipped: text(one).length,
    codes: 'bad_line unknown_parent',
  },
  'only NUL bytes': { bytes: nul(4_096), kept: '', skipped: 4_096, codes: 'nul_bytes', state: 'damaged' },
  'a character cut in two': {
    bytes: file(header, one, cut.subarray(0, cutAt), '\n', three),
    kept: 'S m1 m3',
    lost: 1,
    skipped: cutAt,
    codes: 'not_utf8 unknown_parent',
  },
  CRLF: { bytes: file(`${text(header)}\r\n${text(one)}\r\n`), kept: 'S m1' },
  'byte order mark': { bytes: file(`\uFEFF${text(header)}\n`, one), kept: 'S m1' },
  'blank lines and spaces': { bytes: file('\n \n', header, '\t\n\r\n', one, '\n\n'), kept: 'S m1' },
  'a line written twice': { bytes: file(header, one, one, two), kept: 'S m1 m2', codes: 'repeated_line' },
  'one id, two records': {
    bytes: file(header, one, { ...one, content: 'x' }),
    kept: 'S m1 m1#',
    codes: 'duplicate_id',
    path: 'm1#',
  },
  'parent is missing': {
    bytes: file(header, one, message('m2', 'gone'), message('m3', 'm2')),
    kept: 'S m1 m2 m3',
    codes: 'unknown_parent',
  },
  'parent comes later': {
    bytes: file(header, one, message('m2', 'm3'), message('m3', 'm1')),
    kept: 'S m1 m2 m3',
    path: 'm1 m3',
    codes: 'unknown_parent',
  },
  'its own parent': { bytes: file(header, one, message('m2', 'm2')), kept: 'S m1 m2', codes: 'unknown_parent' },
  'parents in a circle': {
    bytes: file(header, message('m1', 'm2'), message('m2', 'm1')),
    kept: 'S m1 m2',
    codes: 'unknown_parent',
  },
  empty: { bytes: file(), kept: '', state: 'damaged' },
  'without a header': { bytes: file(one, two), kept: 'm1 m2' },
  'header further down': { bytes: file(one, header, two), kept: 'm1 S m2' },
  'header damaged': {
    bytes: file(text(header).slice(1), '\n', one),
    kept: 'm1',
    lost: 1,
    skipped: text(header).length - 1,
    codes: 'bad_line',
  },
  'two headers': { bytes: file(header, one, { ...header, v: 2 }, two), kept: 'S m1 S m2' },
  'only garbage': {
    bytes: file('rubbish\n{]\n[]\n7\n'),
    kept: '',
    skipped: 12,
    codes: 'bad_line bad_line bad_line bad_line',
    state: 'damaged',
  },
  'unknown types': {
    bytes: file(header, one, { type: 'mood', id: 'x1', parentId: 'm1' }, { type: 'note', id: 'x2' }, two),
    kept: 'S m1 x1 x2 m2',
    path: 'm1 m2',
  },
  'newer version': { bytes: file({ ...header, v: 2 }, one), kept: 'S m1', state: 'readonly' },
  'oldest form': {
    bytes: file({ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }),
    kept: 'v0:0 v0:30',
  },
  'oldest form, newline damaged': {
    bytes: file(text({ role: 'user', content: 'a' }), ',', { role: 'assistant', content: 'b' }),
    kept: 'v0:0 v0:30',
    skipped: 1,
    codes: 'bad_line',
  },
  'oldest form, NUL bytes between': {
    bytes: file(text({ role: 'user', content: 'a' }), nul(9), { role: 'assistant', content: 'b' }),
    kept: 'v0:0 v0:38',
    skipped: 9,
    codes: 'nul_bytes',
  },
  'oldest form, gone on with': {
    bytes: file({ role: 'user', content: 'a' }, header, message('m1', 'v0:0')),
    kept: 'v0:0 S m1',
  },
  'a line of 8 MiB': {
    bytes: file(header, message('m1', null, { content: 'x'.repeat(8_388_608) }), two),
    kept: 'S m1 m2',
  },
  'nested 500 deep': { bytes: file(header, deep(500), one), kept: 'S deep m1' },
  'nested 100,000 deep': {
    bytes: file(header, deep(100_000), one),
    kept: 'S m1',
    lost: 1,
    skipped: deep(100_000).length - 1,
    codes: 'bad_line',
  },
  'an object that looks like a record inside a torn one': {
    bytes: file(header, `${text({ ...one, list: [two] }).slice(0, -3)}\n`, three),
    kept: 'S m3',
    lost: 1,
    skipped: text({ ...one, list: [two] }).length - 3,
    codes: 'bad_line unknown_parent',
  },
}

const table: string[][] = [['case', 'kept', 'lost', 'bytes skipped', 'diagnostics']]

test.each(Object.entries(cases))(
  '%s',
  (name, { bytes, kept, lost = 0, skipped = 0, codes = '', path, state = 'ok' }) => {
    const reading = readLog(bytes)
    const { records, diagnostics } = reading
    const idOf = ({ type, id }: { type: string; id?: string | undefined }) =>
      type === 'session' ? 'S' : String(id).replace(/#\d+$/, '#')
    const found = diagnostics.map(({ code }) => code).join(' ')
    table.push([name, String(records.length), String(lost), String(skippedBytes(diagnostics)), found || '-'])
    expect(records.map(idOf).join(' ')).toBe(kept)
    expect({ skipped: skippedBytes(diagnostics), codes: found }).toEqual({ skipped, codes })
    expect(reading.bytes).toBe(bytes.length)
    const messages = records.filter(({ type }) => type === 'message').map(idOf)
    const shown = activePath(records).filter(({ type }) => type === 'message')
    expect(shown.map(idOf).join(' ')).toBe(path ?? messages.join(' '))
    // Nothing that was read can be too much for whatever shows, sends or writes it again.
    expect(JSON.parse(JSON.stringify(records))).toEqual(records)
    expect(isNewer(headerOf(records))).toBe(state === 'readonly')
    expect(summarize('s', reading, new Date(0), false).state).toBe(state)
  },
)

afterAll(() => {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  console.log(`What is left of a damaged session file\n\n${lines.join('\n')}\n`)
})
