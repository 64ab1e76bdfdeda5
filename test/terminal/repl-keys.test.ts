// Bytes of a raw terminal as keys, whatever pieces they come in; and what a key does to what is written.
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { createEditor, layOut } from '../../electron/terminal/repl/editor.ts'
import { createKeyDecoder, type Key } from '../../electron/terminal/repl/keys.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const decode = (text: string): Key[] => {
  const decoder = createKeyDecoder()
  return [...decoder.write(bytes(text)), ...decoder.flush()]
}
const key = (name: string, held: Partial<Record<'ctrl' | 'alt' | 'shift', boolean>> = {}): Key => ({
  kind: 'key',
  name,
  ctrl: false,
  alt: false,
  shift: false,
  ...held,
})

describe('keys', () => {
  test.each<[string, string, Key[]]>([
    ['letters', 'hé🙂', [{ kind: 'text', text: 'hé🙂' }]],
    ['Enter behind a text', 'a\r', [{ kind: 'text', text: 'a' }, key('enter')]],
    ['Control and a letter', '\u0003\u001a', [key('c', { ctrl: true }), key('z', { ctrl: true })]],
    ['both kinds of Backspace', '\u007f\b', [key('backspace'), key('backspace')]],
    ['arrows in both modes', '\u001b[A\u001bOB', [key('up'), key('down')]],
    ['arrows with Control', '\u001b[1;5C', [key('right', { ctrl: true })]],
    ['Delete, Home, End', '\u001b[3~\u001b[H\u001b[4~', [key('delete'), key('home'), key('end')]],
    ['Alt and Enter', '\u001b\r', [key('enter', { alt: true })]],
    ['Alt and a letter', '\u001bb', [key('b', { alt: true })]],
    [
      'Shift and Enter, as kitty and xterm say it',
      '\u001b[13;2u\u001b[27;2;13~',
      [key('enter', { shift: true }), key('enter', { shift: true })],
    ],
    ['Shift and Tab', '\u001b[Z', [key('tab', { shift: true })]],
    ['Escape alone', '\u001b', [key('escape')]],
    [
      'a paste, whatever is in it',
      '\u001b[200~a\r\nb\u001b[Ac\u0003\u001b[201~d',
      [
        { kind: 'paste', text: 'a\nb\u001b[Ac\u0003' },
        { kind: 'text', text: 'd' },
      ],
    ],
    ['an answer of the terminal', '\u001b[?62;c', [key('unknown')]],
  ])('%s', (_what, written, expected) => {
    expect(decode(written)).toEqual(expected)
  })

  test('the same keys come of the same bytes, in whatever pieces', () => {
    const pieces = [
      'a',
      'é',
      '🙂',
      '\r',
      '\u0003',
      '\u001b[A',
      '\u001b[1;5D',
      '\u001b\r',
      '\u001bb',
      '\u001bOH',
      '\u001b[200~',
      '\u001b[201~',
      'x\ny',
    ]
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (words, cuts) => {
          const all = bytes(words.join(''))
          const whole = createKeyDecoder()
          const pieced = createKeyDecoder()
          const expected = [...whole.write(all), ...whole.flush()]
          const places = [...new Set(cuts.map((cut) => cut % (all.length + 1)))].sort((one, other) => one - other)
          const keys = [0, ...places].flatMap((from, index) =>
            pieced.write(all.subarray(from, places[index] ?? all.length)),
          )
          expect(joined([...keys, ...pieced.flush()])).toEqual(joined(expected))
        },
      ),
    )
  })

  test('nothing that comes is ever kept from the keys behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const decoder = createKeyDecoder()
        decoder.write(noise)
        decoder.flush()
        decoder.write(bytes('\u001b[201~'))
        decoder.flush()
        expect(decoder.write(bytes('\r'))).toContainEqual(key('enter'))
      }),
    )
  })
})

/** A text that came in two pieces is one text. */
function joined(keys: readonly Key[]): Key[] {
  return keys.reduce<Key[]>((all, one) => {
    const last = all.at(-1)
    if (last?.kind === 'text' && one.kind === 'text') all[all.length - 1] = { kind: 'text', text: last.text + one.text }
    else all.push(one)
    return all
  }, [])
}

describe('what is written', () => {
  test('a letter of several characters is one to the cursor', () => {
    const editor = createEditor()
    editor.insert('a👩‍👩‍👧e')
    editor.insert('\u0301')
    editor.left()
    editor.backspace()
    expect(editor.text()).toBe('ae\u0301')
  })

  test('words, lines, killing and putting back', () => {
    const editor = createEditor()
    editor.insert('one two\nthree')
    editor.killWordLeft()
    expect(editor.text()).toBe('one two\n')
    editor.yank()
    editor.yank()
    expect(editor.text()).toBe('one two\nthreethree')
    expect(editor.up()).toBe(true)
    editor.home()
    editor.wordRight()
    editor.insert('!')
    expect(editor.text()).toBe('one! two\nthreethree')
    expect(editor.up()).toBe(false)
    editor.killToEnd()
    editor.killToEnd()
    expect(editor.text()).toBe('one!threethree')
    expect(editor.down()).toBe(false)
  })

  test('a long paste is one word, and all of it is there', () => {
    const editor = createEditor()
    editor.insert('a')
    editor.paste('x\n'.repeat(10_000))
    editor.insert('b')
    expect(editor.cells).toHaveLength(3)
    expect(editor.text()).toBe(`a${'x\n'.repeat(10_000)}b`)
    expect(layOut(editor, 80, '> ', (lines) => `[${lines}]`).rows).toEqual(['> a[10000]b'])
    editor.left()
    editor.backspace()
    expect(editor.text()).toBe('ab')
  })

  test('no row is wider than the screen, the cursor is on it, and nothing steers the terminal', () => {
    const acts = [
      'left',
      'right',
      'wordLeft',
      'home',
      'up',
      'down',
      'backspace',
      'killWordLeft',
      'killToEnd',
      'yank',
    ] as const
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...acts)), { maxLength: 20 }),
        fc.integer({ min: 12, max: 60 }),
        (steps, width) => {
          const editor = createEditor()
          for (const step of steps) {
            if (acts.some((act) => act === step)) editor[step as (typeof acts)[number]]()
            else editor.insert(step)
          }
          const { rows, cursor } = layOut(editor, width, '> ', String)
          expect(cursor.row).toBeLessThan(rows.length)
          expect(cursor.column).toBeLessThan(width)
          for (const row of rows) {
            expect(stringWidth(row)).toBeLessThanOrEqual(width)
            expect(row).not.toMatch(/[\p{Cc}\u202e]/u)
          }
        },
      ),
    )
  })
})
