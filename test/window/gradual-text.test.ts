// A long text that is drawn a little at a time ends up as the same blocks as one that is drawn at once.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBlockSplitter } from '../../renderer/ui/markdown/block-splitter.ts'
import { endOfLine } from '../../renderer/ui/markdown/gradual-text.ts'

const block = fc.constantFrom(
  '# A heading',
  'Words in **bold**, `code` and a [link](https://example.com).',
  '- one\n- two\n  - three',
  '```ts\nconst one = 1\n\nconst two = 2\n```',
  '| a | b |\n| --- | --- |\n| 1 | 2 |',
  '> said by another',
  'A line\nand the next one',
  '',
)

test('whatever it is made of, and wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 30 }), fc.integer({ min: 1, max: 90 }), (blocks, step) => {
      const text = blocks.join('\n\n')
      const gradual = createBlockSplitter()
      for (let end = Math.min(step, text.length); end < text.length; end += step)
        gradual.update(text.slice(0, end), false)
      const atOnce = createBlockSplitter().update(text, true)
      expect(gradual.update(text, true).map(({ block }) => block)).toEqual(atOnce.map(({ block }) => block))
    }),
  )
})

test('it is cut behind an empty line where there is one, and always goes on', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.nat({ max: 200 }), (text, from) => {
      const end = endOfLine(text, from)
      expect(end).toBeGreaterThanOrEqual(Math.min(from, text.length))
      if (from < text.length) expect(end).toBeGreaterThan(from)
    }),
  )
  const text = `${'a'.repeat(20)}\n\n${'b'.repeat(20)}`
  expect(endOfLine(text, 5)).toBe(22)
  expect(endOfLine('x'.repeat(50_000), 5)).toBe(5 + 8_000)
})
