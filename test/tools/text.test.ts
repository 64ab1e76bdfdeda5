// What a model is shown: cut with head and tail, without control characters, and without a token that opens a turn.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clean } from '../../electron/services/tools/text/clean.ts'
import { decode } from '../../electron/services/tools/text/encoding.ts'
import { nearestLines, nearestNames } from '../../electron/services/tools/text/nearest.ts'
import { shorten } from '../../electron/services/tools/text/shorten.ts'
import { touched } from '../../electron/services/tools/text/unified-diff.ts'
import { neutralise, restore } from '../../shared/control-tokens.ts'

/** From the renderers and templates of gemma, qwen, llama, mistral, deepseek and gpt-oss. */
const tokens = [
  ...[
    '<|"|>',
    '<turn|>',
    '<|turn>',
    '<|tool_call>',
    '<tool_call|>',
    '<|tool_response>',
    '<tool_response|>',
    '<|channel>',
  ],
  ...[
    '<channel|>',
    '<|think|>',
    '<|tool>',
    '<tool|>',
    '<bos>',
    '<eos>',
    '<unused49>',
    '<start_of_turn>',
    '<end_of_turn>',
  ],
  ...['<start_function_call>', '<end_function_call>', '<escape>', '<|im_start|>', '<|im_end|>', '<|endoftext|>'],
  ...['<tool_call>', '</tool_call>', '<think>', '</think>', '<function=read_file>', '<parameter=path>', '</function>'],
  ...['[INST]', '[/INST]', '[TOOL_CALLS]', '[AVAILABLE_TOOLS]', '[TOOL_RESULTS]', '<s>', '</s>', '<<SYS>>', '<</SYS>>'],
  ...[
    '<|eot_id|>',
    '<|start_header_id|>',
    '<|begin_of_text|>',
    '<|python_tag|>',
    '<|start|>',
    '<|message|>',
    '<|channel|>',
  ],
  ...[
    '<｜begin▁of▁sentence｜>',
    '<｜tool▁calls▁begin｜>',
    '<tool_result name="x" id="y">',
    '</tool_result>',
    '<tool_use>',
    '<tool_use_result>',
    '<|two words|>',
  ],
]

describe('control tokens', () => {
  test.each(tokens)('%s loses its power and gets it back', (token) => {
    const defused = neutralise(`before ${token} after`)
    expect(defused).not.toContain(token)
    expect(defused.replaceAll('\u200b', '')).toBe(`before ${token} after`)
    expect(neutralise(defused)).toBe(defused)
    expect(restore(defused)).toBe(`before ${token} after`)
  })

  test.each([
    'a < b',
    'a <| b',
    'f <| g',
    '<div>',
    '<script src="x">',
    'x[i]',
    '[link]',
    'a<b>c',
    '<think about it',
    'if (a <s && b)',
  ])('%s is left alone', (text) => {
    expect(neutralise(text)).toBe(text)
  })

  test('none is left, however they are mixed with what is taken out, and the way back is exact', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...tokens,
        '\0',
        '\u001b[31m',
        '\u001b]8;;x\u0007',
        '<',
        '|',
        '>',
        '[',
        '\u200b',
        'text',
        '\n',
        '\u0085',
      ),
      fc.constantFrom(
        ...tokens.flatMap((token) => [token.slice(0, 1), token.slice(1), token.slice(0, 3), token.slice(3)]),
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const shown = clean(text)
        for (const token of tokens) expect(shown).not.toContain(token)
        if (!text.includes('\u200b')) expect(restore(neutralise(text))).toBe(text)
      }),
      { numRuns: 3_000 },
    )
  })
})

test('control characters, colours and long base64 are taken out, and nothing else', () => {
  expect(clean('\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 \0a\u0007b\tc\r\n')).toBe(
    'red link ab\tc\r\n',
  )
  const base64 = Buffer.from(Array.from({ length: 900 }, (_, index) => (index * 37) % 256)).toString('base64')
  expect(clean(`"data:image/png;base64,${base64}" end`)).toBe('"data:image/png;base64,[base64, 1,200 characters]" end')
  const words = `${'long-words/in/a/path/'.repeat(60)} ${'='.repeat(900)} ${'a'.repeat(900)}`
  expect(clean(words)).toBe(words)
})

describe('cut', () => {
  const words = (omitted: number) => `[... ${omitted} omitted ...]`

  test('never longer than asked for, never half a character, and nothing unaccounted for', () => {
    const text = fc
      .array(fc.constantFrom('a', 'line\n', '🙂', '\n', 'words and words '), { maxLength: 400, size: 'max' })
      .map((all) => all.join(''))
    let cuts = 0
    fc.assert(
      fc.property(text, fc.integer({ min: 60, max: 600 }), (whole, limit) => {
        const shown = shorten(whole, limit, words)
        if (whole.length <= limit) {
          expect(shown).toBe(whole)
          return
        }
        cuts++
        expect(shown.length).toBeLessThanOrEqual(limit)
        expect(shown).not.toMatch(/\p{Surrogate}/u)
        const [, head = '', omitted = '', tail = ''] =
          /^(.*?)\n?\[\.\.\. (\d+) omitted \.\.\.\]\n(.*)$/s.exec(shown) ?? []
        expect(whole.startsWith(head)).toBe(true)
        expect(whole.endsWith(tail)).toBe(true)
        const kept = whole.length - Number(omitted)
        expect([head.length + tail.length, head.length + tail.length + 1]).toContain(kept)
      }),
      { numRuns: 1_000 },
    )
    expect(cuts).toBeGreaterThan(300)
  })

  test('one long line is cut in its middle, 70 to 30', () => {
    const shown = shorten('a'.repeat(10_000), 1_000, words)
    const [head = '', tail = ''] = shown.split(/\n\[.*\]\n/)
    expect(head.length / (head.length + tail.length)).toBeCloseTo(0.7, 2)
  })
})

test('near names and near lines', () => {
  const names = ['main.ts', 'settings-store.ts', 'index.html', 'README.md', 'zebra']
  expect(nearestNames(names, 'setting-store.ts')).toEqual(['settings-store.ts'])
  expect(nearestNames(names, 'main.js')[0]).toBe('main.ts')
  expect(nearestNames(names, 'qqqq')).toEqual([])
  expect(nearestLines('one\n\ttwo\nthree', 'two')).toEqual({ from: 2, to: 2, text: '\ttwo', isSpacing: true })
  expect(nearestLines('const alpha = 1\nconst beta = 2\n', 'const betta = 2')).toMatchObject({
    from: 2,
    isSpacing: false,
  })
  expect(nearestLines('', 'x')).toBe(null)
  expect(nearestLines('x', ' \n ')).toBe(null)
})

describe('texts made to take for ever do not', () => {
  const line = 'const value = computeSomething(alpha, beta)\n'

  test.each<[string, () => unknown]>([
    ['near lines', () => nearestLines(line.repeat(100_000), 'const valve = computeSomethink(alpha)\n'.repeat(1_000))],
    ['near lines, all alike', () => nearestLines('a\n'.repeat(100_000), `${'a\n'.repeat(50_000)}b`)],
    ['escapes', () => clean('\u001b[;a;b;c'.repeat(100_000))],
    ['one escape without an end', () => clean(`\u001b]${';a'.repeat(1_000_000)}`)],
    [
      'escapes with millions of parameters',
      () => clean(`\u001b[${'1;'.repeat(4_000_000)}\u001b${';1'.repeat(4_000_000)}`),
    ],
    ['half tokens', () => clean('<|<|<tool_call <|a'.repeat(100_000))],
    ['half a base64', () => clean(`${'aB3'.repeat(130)} `.repeat(5_000))],
    ['one long line', () => shorten(clean('x'.repeat(8_000_000)), 8_000, () => '[...]')],
    ['bytes that are hardly text', () => decode(Buffer.alloc(4_000_000, 0xe4))],
    ['a diff of all lines', () => touched('a', 'replaced', line.repeat(50_000), 'another line\n'.repeat(50_000))],
  ])('%s', (_, work) => {
    const started = performance.now()
    work()
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})
