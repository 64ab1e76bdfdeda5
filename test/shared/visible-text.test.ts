// What an approval shows: nothing is hidden, nothing steers the screen, nothing is lost.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf, type VisiblePiece, visibleText } from '../../shared/visible-text.ts'

/** As one line: marks in brackets. */
const shown = (text: string) =>
  visibleText(text)
    .map((piece) => ('text' in piece ? piece.text : `[${piece.mark} ${piece.kind}]`))
    .join('')
const marksOf = (text: string) => visibleText(text).filter((piece) => 'mark' in piece)

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  // Half characters, too.
  fc.array(fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))).map((parts) => parts.join('')),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'rm',
      'а',
      'ο',
      ' ',
      '\u200b',
      '\u202e',
      '\u001b',
      '\n',
      '\ud800',
      '\udc00',
      '\u{e0041}',
      '；',
    ),
  }),
)

test('the pieces are the text again, to the last bit', () => {
  fc.assert(
    fc.property(anyText, (text) => textOf(visibleText(text)) === text),
    { numRuns: 3_000 },
  )
})

test('no text piece has anything in it that cannot be seen, and none is empty', () => {
  // Written another way than in the code: by category, and Unicode's own list of what is drawn as nothing.
  const unseen =
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Variation_Selector}]|(?! )\p{Zs}/u
  fc.assert(
    fc.property(anyText, (text) =>
      visibleText(text).every((piece) => !('text' in piece) || (piece.text !== '' && !unseen.test(piece.text))),
    ),
    { numRuns: 3_000 },
  )
})

test('every code point there is: what is not seen is marked, and comes back', () => {
  const unseen =
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Variation_Selector}]|(?! )\p{Zs}/u
  const size = 0x1000
  for (let first = 0; first <= 0x10ffff; first += size) {
    // With a space between, so that no two halves become one.
    const text = Array.from({ length: size }, (_, index) => String.fromCodePoint(first + index)).join(' ')
    const pieces = visibleText(text)
    expect(textOf(pieces) === text).toBe(true)
    const passed = pieces.flatMap((piece) =>
      'text' in piece ? [...piece.text].filter((sign) => unseen.test(sign)) : [],
    )
    expect(passed).toEqual([])
  }
})

describe('abuse 75, 76, 78', () => {
  test.each<[string, string, string]>([
    ['a colour', 'ls \u001b[31mred', 'ls [U+001B control][31mred'],
    ['a title', '\u001b]0;title\u0007ls', '[U+001B control]]0;title[U+0007 control]ls'],
    ['a C1 sequence', '\u009b2Kls', '[U+009B control]2Kls'],
    ['a line feed', 'ls\nrm -rf .', 'ls[U+000A control]rm -rf .'],
    ['a carriage return', 'rm x\rls', 'rm x[U+000D control]ls'],
    ['a tab', 'ls\tx', 'ls[U+0009 control]x'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a[U+2028 control]b[U+2029 control]'],
    ['an override', 'echo \u202egnp.exe', 'echo [U+202E bidi]gnp.exe'],
    ['isolates', '\u2066a\u2069', '[U+2066 bidi]a[U+2069 bidi]'],
    ['zero width', 'g\u200bit s\u200dtatus\ufeff', 'g[U+200B hidden]it s[U+200D hidden]tatus[U+FEFF hidden]'],
    ['a soft hyphen', 'r\u00adm', 'r[U+00AD hidden]m'],
    ['tags', 'hi\u{e0072}\u{e006d}', 'hi[U+E0072 hidden][U+E006D hidden]'],
    ['variation selectors', 'a\ufe0f\u{e0101}', 'a[U+FE0F hidden][U+E0101 hidden]'],
    ['private use', 'a\ue000\u{f0000}', 'a[U+E000 hidden][U+F0000 hidden]'],
    ['other spaces', 'a\u00a0b\u2003c\u3000d\u2800', 'a[U+00A0 space]b[U+2003 space]c[U+3000 space]d[U+2800 space]'],
    ['a Hangul filler', 'a\u3164b', 'a[U+3164 hidden]b'],
    ['half a character', 'a\ud83d', 'a[U+D83D control]'],
    ['a Cyrillic letter in a Latin word', 'ls pаypal', 'ls p[U+0430 lookalike]ypal'],
    ['a Greek letter in a Latin word', 'gοogle.com', 'g[U+03BF lookalike]ogle.com'],
    [
      'a whole forged name with Latin beside it',
      'аррӏе.com',
      '[U+0430 lookalike][U+0440 lookalike][U+0440 lookalike][U+04CF lookalike][U+0435 lookalike].com',
    ],
    ['a dotless i', 'gıt', 'g[U+0131 lookalike]t'],
    ['a fullwidth semicolon', 'ls；rm', 'ls[U+FF1B lookalike]rm'],
    ['a Greek question mark', 'ls\u037e rm', 'ls[U+037E lookalike] rm'],
    ['a division slash', 'a.com∕b', 'a.com[U+2215 lookalike]b'],
    ['mathematical letters', '𝐫𝐦', '[U+1D42B lookalike][U+1D426 lookalike]'],
    ['a zero-width space within a forged word', 'p\u200bа', 'p[U+200B hidden][U+0430 lookalike]'],
    ['marks over a sign that takes none', ';\u0336', ';[U+0336 hidden]'],
    ['a letter that is struck out', 'r\u0336m', 'r[U+0336 hidden]m'],
    ['a mark over nothing', '\u0301', '[U+0301 hidden]'],
    ['a pile of marks', `a${'\u0301'.repeat(5)}`, 'a\u0301\u0301\u0301[U+0301 hidden][U+0301 hidden]'],
  ])('%s', (_what, text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  test.each([
    'git commit -m "Grüße, naïve façade"',
    'файл не найден: оса и рос',
    'echo файл.txt',
    'Ελληνικά κείμενα',
    '日本語のファイル.txt',
    'नमस्ते दुनिया',
    'ภาษาไทยที่นี่',
    'e\u0301te\u0301 Tiê\u0301ng',
    'שלום עולם',
  ])('honest writing is left alone: %s', (text) => {
    expect(marksOf(text)).toEqual([])
  })

  test('a name says what it is', () => {
    const names = (text: string) => marksOf(text).map((piece: VisiblePiece) => ('name' in piece ? piece.name : ''))
    expect(names('\u200b\u202e\u001bpа')).toEqual([
      'zero-width space',
      'right-to-left override',
      'escape',
      'Cyrillic letter that looks like a',
    ])
    expect(names('\u0001\u{e0041}\ue000\u{10fffd}')).toEqual([
      'control character',
      'hidden tag letter',
      'private-use character',
      'private-use character',
    ])
  })
})

test('a megabyte of marks is split in one go', () => {
  const text = 'ls \u200b'.repeat(250_000)
  expect(textOf(visibleText(text))).toBe(text)
})
