// What a program wrote, made fit to be shown: the same in whatever pieces it comes, and never with a control character.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainStream, plainText } from '../../shared/plain-text.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be looked for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

function streamed(pieces: readonly Uint8Array[]): string {
  const stream = plainStream()
  return pieces.map((piece) => stream.take(piece)).join('') + stream.end()
}

/** Text with sequences in it, as programs write them, and bytes that are none. */
const written = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => Buffer.from(text)),
      fc
        .constantFrom(
          '\u001b[31mred\u001b[0m',
          '\u001b]0;title\u0007',
          '\u001b]8;;x\u001b\\',
          '\u001b(B',
          '\u009b31m',
          '\u009d0;t\u0007',
          '\u009d0;t\u001b\\',
          '\r\n',
          '\r',
          '\u001b',
          'ö',
        )
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts))

test('nothing that is shown controls a terminal', () => {
  fc.assert(
    fc.property(written, (bytes) => {
      expect(streamed([bytes])).not.toMatch(control)
    }),
    { numRuns: 500 },
  )
})

test('cut anywhere it is the same', () => {
  fc.assert(
    fc.property(written, fc.array(fc.nat({ max: 60 }), { maxLength: 5 }), (bytes, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
      const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place))
      expect(streamed(pieces)).toBe(streamed([bytes]))
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['a line that is written over', '10 %\r20 %\r\ndone', '10 %\n20 %\ndone'],
  ['colours and the cursor', '\u001b[1;31mred\u001b[0m\u001b[2Jclear', 'redclear'],
  ['a title and a link', '\u001b]0;title\u0007\u001b]8;;https://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
  ['a sequence that never ends', `\u001b[${'1;'.repeat(3_000)}x`, `[${'1;'.repeat(3_000)}x`],
])('%s', (_what, text, shown) => {
  expect(streamed([Buffer.from(text)])).toBe(shown)
  expect(streamed([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))).toBe(shown)
  expect(plainText(text)).not.toContain('\u001b')
})
