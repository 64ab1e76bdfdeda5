// Markdown for a terminal: it fits, it is said once, and no text steers the terminal.
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { createAnswerLines } from '../../electron/terminal/repl/answer-lines.ts'
import { safeText } from '../../electron/terminal/repl/safe-text.ts'
import { colours, createStyle } from '../../electron/terminal/repl/style.ts'

const plain = createStyle({ hasColour: false, isSpoken: false })
const coloured = createStyle({ hasColour: true, isSpoken: false })
const spoken = createStyle({ hasColour: true, isSpoken: true })

function linesOf(text: string, width = 40, style = plain): string[] {
  return createAnswerLines(style).grow(text, true, width)
}

describe('an answer', () => {
  test('headings, lists, quotes and links in words and signs', () => {
    const text =
      '## Head\n\n1. one\n   - inner\n2. [two](https://two.org)\n\n> said\n\n- [x] done\n\n![cat](c.png) <https://auto.org>'
    expect(linesOf(text).join('\n')).toBe(
      [
        '## Head',
        '',
        '1. one',
        '   • inner',
        '2. two (https://two.org)',
        '',
        '│ said',
        '',
        '• [x] done',
        '',
        '[image: cat] (c.png) https://auto.org',
      ].join('\n'),
    )
  })

  test('a table that fits has columns, one that does not has lines of name and value', () => {
    const table = '| Name | Size |\n|:--|--:|\n| a | 1 |\n| longer | 22 |'
    expect(linesOf(table)).toEqual(['Name    Size', '──────  ────', 'a          1', 'longer    22'])
    expect(linesOf(table, 9)).toEqual(['Name: a', 'Size: 1', '', 'Name:', 'longer', 'Size: 22'])
  })

  test('code keeps its lines as they are, however long, and has colours', () => {
    const long = `const x = '${'y'.repeat(60)}'`
    expect(linesOf(`\`\`\`ts\n${long}\n\`\`\``, 20)).toEqual(['  ts', `  ${long}`])
    expect(linesOf(`\`\`\`ts\n${long}\n\`\`\``, 20, coloured).join('')).toContain('\u001b[38;5;163mconst')
  })

  test('to a listener everything is said in words', () => {
    expect(linesOf('**b** `c`\n\n- x\n\n```sh\nls\n```', 40, spoken)).toEqual([
      'b `c`',
      '',
      '- x',
      '',
      'Code, sh:',
      'ls',
      'End of the code.',
    ])
  })

  test('in whatever pieces it comes, it is said once and as a whole', () => {
    const parts = [
      '# T\n',
      '\n',
      'word ',
      '- a\n',
      '1. b\n',
      '```\n',
      'code\n',
      '> q\n',
      '| a | b |\n|--|--|\n| 1 | 2 |\n',
      '[l](u)',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (pieces) => {
        const growing = createAnswerLines(plain)
        const said: string[] = []
        let text = ''
        for (const piece of pieces) {
          text += piece
          said.push(...growing.grow(text, false, 40))
        }
        said.push(...growing.grow(text, true, 40))
        expect(said).toEqual(linesOf(text))
      }),
    )
  })

  // What stands in a colour is ours; everything else that begins with Escape would be the model's.
  const ours = new RegExp(`${'\u001b'}\\[(1|3|4|9|22|23|24|29|39|38;5;(${Object.values(colours).join('|')}))m`, 'g')
  test('nothing of it steers the terminal or turns the reading around', () => {
    const evil = fc.constantFrom(
      '\u001b[2J',
      '\u001b]0;x\u0007',
      '\u009b31m',
      '\u202e',
      '\u2066',
      '\r',
      '\b',
      '\u007f',
      '&#27;[2J',
      '\\\u001b',
      '`\u001b`',
      '```\u001b\n\u001b\n```\n',
      '[\u001b](\u001b)',
      '| \u001b |\n|--|\n| \u202e |\n',
      '<b>\u001b</b>',
      '\ud800',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(evil, fc.string({ unit: 'binary' })), { maxLength: 12 }),
        fc.constantFrom(plain, coloured, spoken),
        (pieces, style) => {
          const lines = createAnswerLines(style).grow(pieces.join(''), true, 40)
          const left = lines.join('\n').replace(ours, '')
          expect(left).not.toMatch(/[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
          if (style !== coloured) expect(lines.join('')).not.toContain('\u001b')
        },
      ),
    )
  })

  test('prose is no wider than the screen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('word', 'длинное', '漢字漢字', '🙂', '**bold**', 'x'.repeat(30)), { maxLength: 40 }),
        fc.integer({ min: 10, max: 80 }),
        (words, width) => {
          for (const line of linesOf(words.join(' '), width)) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        },
      ),
    )
  })
})

test('a safe text is safe again, and an ordinary one stays', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => safeText(safeText(text)) === safeText(text)))
  expect(safeText('Grüße, 漢字 👩‍👩‍👧\nline')).toBe('Grüße, 漢字 👩‍👩‍👧\nline')
})
