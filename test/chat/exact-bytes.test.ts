// What an approval shows is what will be used: nothing of it may be missing, and nothing in it may be out of sight.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ExactLine, exactLines, hiddenIn } from '../../shared/exact-lines.ts'

/** The text again, from what is shown of it. */
function read(lines: readonly ExactLine[]): string {
  return lines
    .map(({ pieces, end }) => {
      const shown = pieces.map((piece) => {
        if (piece.kind === 'text') return piece.text
        if (piece.kind === 'odd') return String.fromCodePoint(Number.parseInt(piece.label.slice(2), 16))
        if (piece.label === 'TAB') return '\t'
        if (piece.label === 'CR') return '\r'
        return ' '.repeat(Number(piece.label.replace(/\D/g, '')))
      })
      return shown.join('') + (end === 'LF' ? '\n' : '')
    })
    .join('')
}

const hostile = fc.constantFrom(
  ...[
    ' ',
    '\n',
    '\r',
    '\t',
    '\u001b',
    '\u0000',
    '\u200b',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\u00a0',
    '\u{e0041}',
    'а',
    'a',
  ],
)

test('any text can be read back from its lines', () => {
  const text = fc
    .array(fc.oneof(hostile, fc.string({ unit: 'grapheme' }), fc.constant(' '.repeat(40))))
    .map((all) => all.join(''))
  fc.assert(
    fc.property(text, (any) => {
      expect(read(exactLines(any))).toBe(any)
    }),
  )
})

test('the last line says that it is the end, and no other does', () => {
  fc.assert(
    fc.property(fc.array(hostile), (signs) => {
      const lines = exactLines(signs.join(''))
      expect(lines.map(({ end }) => end)).toEqual([...lines.slice(1).map(() => 'LF'), 'END'])
    }),
  )
})

describe('abuse 75-78', () => {
  test('escape sequences are shown as what they are', () => {
    const [line] = exactLines('ls \u001b[2K\u001b[1Grm -rf .')
    expect(line?.pieces.filter(({ kind }) => kind === 'odd')).toMatchObject([{ label: 'U+001B' }, { label: 'U+001B' }])
  })
  test('what turns the reading around, and what has no width, is marked and counted', () => {
    const lines = exactLines('echo safe\nrm \u202efdp.exe\u200b')
    expect(hiddenIn(lines)).toMatchObject({ count: 2, line: 2 })
    expect(hiddenIn(exactLines('echo safe\n\trm x'))).toBeNull()
  })
  test('a gap that could push the rest out of sight has its width in numbers', () => {
    const [line] = exactLines(`git status${' '.repeat(4_096)}; rm -rf .`)
    expect(line?.pieces).toEqual([
      { kind: 'text', text: 'git status' },
      { kind: 'control', label: '4,096 SPACES', isTab: false },
      { kind: 'text', text: '; rm -rf .' },
    ])
  })
  test('line ends, carriage returns and tabs are named', () => {
    expect(exactLines('a\r\n\tb')).toEqual([
      {
        pieces: [
          { kind: 'text', text: 'a' },
          { kind: 'control', label: 'CR', isTab: false },
        ],
        end: 'LF',
      },
      {
        pieces: [
          { kind: 'control', label: 'TAB', isTab: true },
          { kind: 'text', text: 'b' },
        ],
        end: 'END',
      },
    ])
  })
})
