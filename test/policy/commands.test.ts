// Which command lines a rule may be sure of, and how far: attack lines, and what holds for every line there is.
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCommand } from '../../electron/services/policy/command-cover.ts'
import { lineOf, plainWords } from '../../electron/services/policy/plain-words.ts'
import { attackLines } from './attack-lines.ts'

function made(command: string): string {
  const reading = readCommand(command)
  return reading === 'unruly' ? 'unruly' : (reading.cover?.kind ?? 'never')
}

const short = (line: string) => (line.length > 60 ? `${line.slice(0, 30)}… (${line.length})` : JSON.stringify(line))

describe('abuse 79, 80: attack lines', () => {
  test.each(attackLines.map(([line, expected]) => [short(line), expected, line] as const))(
    '%s: %s',
    (_shown, expected, line) => {
      expect(made(line)).toBe(expected)
    },
  )

  test('there are many of them, and each once', () => {
    expect(attackLines.length).toBeGreaterThan(250)
    expect(new Set(attackLines.map(([line]) => line)).size).toBe(attackLines.length)
  })
})

const plainSign = fc.constantFrom(...'abcXYZ019_./:=@%+,-')
const plainWord = fc.string({ unit: plainSign, minLength: 1, maxLength: 12 })
const program = fc.constantFrom('git', 'ls', 'tsc', 'cat', 'wc', 'tool')
const meta = fc.constantFrom(
  ...'$`\\;&|<>(){}[]*?!#~^"\'\n\r\t\0\u007f\u0085\u00a0\u200b\u202e\u2028\u037e\uff1bаоі',
  '\ud800',
)

test('no line with a character that a shell gives a meaning to, or that is none of ASCII, is read; quotes around words apart', () => {
  fc.assert(
    fc.property(program, fc.array(plainWord), meta, fc.nat(), (first, rest, sign, place) => {
      const line = [first, ...rest].join(' ')
      const at = place % (line.length + 1)
      // One quote alone never closes.
      return readCommand(line.slice(0, at) + sign + line.slice(at)) === 'unruly'
    }),
    { numRuns: 5_000 },
  )
})

test('whatever is read consists of safe characters and closed quotes only', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'ls git-.=\'"$;|&\\ \n') }),
    fc.string({ unit: fc.constantFrom('git ', 'status ', "'", '"', 'a b', ';', ' ', '$(x)', '\\') }),
  )
  fc.assert(
    fc.property(anything, (line) => plainWords(line) === null || /^[A-Za-z0-9_./:=@%+, '"-]+$/.test(line)),
    { numRuns: 10_000 },
  )
})

test('the same words are the same to every rule, however they are spaced and quoted', () => {
  const spaces = fc.constantFrom(' ', '  ', '     ')
  const word = fc.oneof(plainWord, fc.constantFrom('status', '-s', '--oneline', 'a b', '', '-la', '--noEmit'))
  fc.assert(
    fc.property(program, fc.array(fc.tuple(word, spaces, fc.constantFrom('"', "'", ''))), (first, rest) => {
      const quoted = ([text, space, quote]: readonly [string, string, string]) =>
        `${space}${quote || (/^[^ ]+$/.test(text) ? '' : "'")}${text}${quote || (/^[^ ]+$/.test(text) ? '' : "'")}`
      const one = first + rest.map(quoted).join('')
      const other = lineOf([first, ...rest.map(([text]) => text)])
      expect(plainWords(one)).toEqual([first, ...rest.map(([text]) => text)])
      expect(readCommand(one)).toEqual(readCommand(other))
    }),
    { numRuns: 3_000 },
  )
})

test.skipIf(process.platform === 'win32')('a real shell sees the same words in every line that is read', () => {
  const sign = fc.constantFrom(...'abZ09_./:=@%+,-', ' ', "'", '"', ...'a=-:@%', '\\', '~', '*', '$', ';')
  const lines = fc
    .sample(fc.string({ unit: sign, maxLength: 30 }), { numRuns: 60_000, seed: 7 })
    .filter((line) => plainWords(line) !== null)
  expect(lines.length).toBeGreaterThan(1_000)
  const script = lines.map((line) => `set -- ${line}\nprintf '%s\\0' "$#" "$@"\n`).join('')
  const { stdout, stderr } = spawnSync('bash', [], { input: script, encoding: 'utf8', maxBuffer: 64_000_000 })
  expect(stderr).toBe('')
  const expected = lines.flatMap((line) => [String(plainWords(line)?.length), ...(plainWords(line) ?? [])])
  expect(stdout.split('\0').slice(0, -1)).toEqual(expected)
})

test('a cover of exact words names these words and no others', () => {
  fc.assert(
    fc.property(program, fc.array(plainWord), program, fc.array(plainWord), (a, aRest, b, bRest) => {
      const one = readCommand(lineOf([a, ...aRest]))
      const other = readCommand(lineOf([b, ...bRest]))
      if (one === 'unruly' || other === 'unruly' || one.cover?.kind !== 'exact' || other.cover?.kind !== 'exact') return
      const isSame = JSON.stringify(one.words) === JSON.stringify(other.words)
      expect(one.cover.pattern === other.cover.pattern).toBe(isSame)
    }),
    { numRuns: 3_000 },
  )
})
