// Colours that can be read on any background, and lines that fit.
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { colours, cut, inColumns } from '../../electron/terminal/repl/style.ts'

/** Of the 256 colours of a terminal, behind the first sixteen: a cube, then greys. */
function rgb(number: number): readonly [number, number, number] {
  const grey = 8 + (number - 232) * 10
  if (number >= 232) return [grey, grey, grey]
  const step = (of: number) => (of % 6 === 0 ? 0 : 55 + (of % 6) * 40)
  const at = number - 16
  return [step(Math.floor(at / 36)), step(Math.floor(at / 6)), step(at)]
}

/** As WCAG reckons it, to black and to white. */
function contrasts(number: number): readonly [black: number, white: number] {
  const linear = (value: number) => (value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  const [red, green, blue] = rgb(number)
  const luminance = 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255)
  return [(luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05)]
}

test.each(Object.entries(colours))('%s is read on black and on white', (_name, number) => {
  expect(number).toBeGreaterThanOrEqual(16)
  const [black, white] = contrasts(number)
  expect(black).toBeGreaterThan(3.99)
  expect(white).toBeGreaterThan(3.99)
})

describe('lines', () => {
  const words = 'ok    model   gemma4:e4b is installed on this server'

  test('what does not fit of a line in columns goes on below its last column', () => {
    expect(inColumns(words, 80)).toEqual([words])
    expect(inColumns(words, 30)).toEqual([
      'ok    model   gemma4:e4b is',
      '              installed on',
      '              this server',
    ])
  })

  test('an indented line goes on as far in', () => {
    expect(inColumns('    one two  three four', 14)).toEqual(['    one two', '    three four'])
  })

  test('none of them is wider than the screen, and no word of them is lost', () => {
    const word = fc.constantFrom('one', 'two', '漢字', '👩‍👩‍👧', 'é', ' ', '  ', '    ')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.integer({ min: 8, max: 60 }), (parts, width) => {
        const line = parts.join(' ')
        const lines = inColumns(line, width)
        for (const one of [...lines, cut(line, width)]) expect(stringWidth(one)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''))
      }),
    )
  })
})
