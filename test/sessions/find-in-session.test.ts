// Words are found in all of a session, the same in a large file as in records, whatever their case and accents.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countIn, foldText, placesIn } from '../../shared/fold-text.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const call = { id: 'c1', name: 'read_file', arguments: { path: 'Straße.txt', lines: 3 } }
const lines: Line[] = [
  header,
  message('q', null, { content: 'Where is the LIGHTHOUSE? The lighthouse!' }),
  message('a', 'q', {
    role: 'assistant',
    content: '',
    thinking: 'A “Lighthouse”\\ I think',
    toolCalls: [call],
    stop: 'tool_calls',
  }),
  message('r', 'a', {
    role: 'tool',
    callId: 'c1',
    name: 'read_file',
    content: 'lighthouse\nat the café',
    isError: false,
  }),
  message('b', 'r', { role: 'assistant', content: 'On the clíff.', stop: 'stop' }),
  message('other', 'q', { role: 'assistant', content: 'lighthouse of another version', stop: 'stop' }),
  { type: 'leaf', id: 'l', ts: '2026-11-22T08:00:00.000Z', target: 'b' },
]
/** Makes the file one that is not read whole. */
const filler = 1_200_000

async function finding(isLarge: boolean) {
  const home = join(await temporaryFolder(), 'home')
  const carrel = await bootCarrel({ home, host: null })
  const rest = isLarge ? [message('long', null, { content: 'x'.repeat(filler) }), lines.at(-1)] : []
  const [, ...others] = lines
  const all = isLarge ? [header, ...rest.slice(0, 1), ...others] : lines
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', 's.jsonl'), toBytes(...(all as Line[])))
  return async (text: string, branch: string | null = null) =>
    await carrel.bridge.call('sessions.find', { sessionId: 's', text, branch })
}

for (const isLarge of [false, true]) {
  test(`in what was said, thought, called and answered, on the active way, ${isLarge ? 'large' : 'small'}`, async () => {
    const find = await finding(isLarge)
    const hit = (entryId: string, field: string, count = 1) => ({ entryId, field, count })
    expect(answered(await find('lighthouse'))).toEqual({
      total: 4,
      hits: [hit('q', 'content', 2), hit('a', 'thinking'), hit('r', 'output')],
      isCut: false,
    })
    expect(answered(await find('STRASSE')).hits).toEqual([hit('a', 'arguments')])
    expect(answered(await find('CAFE')).hits).toEqual([hit('r', 'output')])
    expect(answered(await find('cliff')).hits).toEqual([hit('b', 'content')])
    // What JSON writes in another way.
    expect(answered(await find('“lighthouse”\\ I')).hits).toEqual([hit('a', 'thinking')])
    expect(answered(await find('house\nat')).hits).toEqual([hit('r', 'output')])
    expect(answered(await find('nowhere'))).toEqual({ total: 0, hits: [], isCut: false })
    expect(answered(await find('another version', 'other')).hits).toEqual([hit('other', 'content')])
    expect(refused(await find('')).code).toBe('invalid-input')
  })
}

test('one leaves off when it is not wanted any more', async () => {
  const home = join(await temporaryFolder(), 'home')
  const carrel = await bootCarrel({ home, host: null })
  const many = Array.from({ length: 4_000 }, (_, index) =>
    message(`m${index}`, index === 0 ? null : `m${index - 1}`, { content: `said ${index} ${'y'.repeat(600)}` }),
  )
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', 's.jsonl'), toBytes(header, ...many))
  const leaving = new AbortController()
  const asked = carrel.bridge.call('sessions.find', { sessionId: 's', text: 'said', branch: null }, leaving.signal)
  leaving.abort()
  expect(refused(await asked).code).toBe('cancelled')
})

const letter = fc.constantFrom('a', 'Ä', 'ß', 'é', 'e\u0301', 'ﬁ', '가', '静', '📚', 'ς', ' ', 'İ')

test('a place that is found is that text, and as many are found as are counted', () => {
  fc.assert(
    fc.property(
      fc.array(letter, { maxLength: 30 }),
      fc.array(letter, { minLength: 1, maxLength: 3 }),
      (text, wanted) => {
        const [given, folded] = [text.join(''), foldText(wanted.join(''))]
        const places = placesIn(given, folded)
        expect(places).toHaveLength(countIn(foldText(given), folded))
        for (const { from, to } of places) expect(foldText(given.slice(from, to))).toContain(folded)
      },
    ),
  )
})
