// Texts that are made to harm: no SKILL.md runs code, fills the memory, takes long, or shows what is not there.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JudgedSkill, judgeBytes, judgementOf } from '../../electron/services/skills/judge.ts'
import { temporaryFolder } from '../support/temp.ts'

const runProgram = promisify(execFile)
const judge = (text: string) => judgeBytes(Buffer.from(text), 'm')
const inFront = (front: string) => `---\n${front}\n---\nbody`

/** Milliseconds of this process's own, and the best of three where it is slow: other work on the machine counts for nothing. */
function timed(text: string, tries = 3): { ms: number; judged: JudgedSkill } {
  const begun = process.cpuUsage()
  const judged = judge(text)
  const { user, system } = process.cpuUsage(begun)
  const ms = (user + system) / 1_000
  return ms < mostMs || tries === 1 ? { ms, judged } : timed(text, tries - 1)
}

const mostMs = 200
const mostBytes = 32_700
const filled = (piece: string) => piece.repeat(Math.floor(mostBytes / Buffer.byteLength(piece)))
const counted = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n')
const laughs = (last: string) => {
  const names = 'abcdefghijklm'
  const lines = [...names].map((name, at) => {
    const item = at === 0 ? 'x' : `*${names[at - 1]}`
    return `${name}: &${name} [${Array(10).fill(item).join(',')}]`
  })
  return `${lines.join('\n')}\n${last}`
}

test.each(['js', ' js', 'JS', 'javascript', ' javascript', 'coffee', 'constructor', '__proto__', 'json'])(
  '89: a fence that says %s runs nothing, and is refused',
  (language) => {
    const target = join('/nowhere', 'run')
    const judged = judge(
      `---${language}\n{name: (globalThis.wasRun = ${JSON.stringify(target)}), description: "y"}\n---\nb`,
    )
    expect(judged.problems.map(({ code }) => code)).toEqual(['fence-language'])
    expect(globalThis).not.toHaveProperty('wasRun')
  },
)

test('89: the same text is run by gray-matter when it is called bare', async () => {
  const folder = await temporaryFolder()
  const target = join(folder, 'was-run')
  const text = `---js\n{name: (require('fs').writeFileSync(${JSON.stringify(target)}, 'yes'), 'x'), description: 'y'}\n---\nb`
  expect(judge(text).status).toBe('invalid')
  await expect(readFile(target)).rejects.toMatchObject({ code: 'ENOENT' })
  const program = join(folder, 'bare.cjs')
  const library = join(import.meta.dirname, '../../node_modules/gray-matter')
  await writeFile(program, `require(${JSON.stringify(library)})(${JSON.stringify(text)})`)
  await runProgram(process.execPath, [program])
  expect(await readFile(target, 'utf8')).toBe('yes')
})

test('90: references that grow without end are neither counted out nor handed on', () => {
  for (const last of [
    'name: m\ndescription: d',
    'description: *m\nname: *l',
    'name: m\ndescription: d\nmetadata: *m',
  ]) {
    const { ms, judged } = timed(inFront(laughs(last)))
    expect(ms).toBeLessThan(mostMs)
    expect(JSON.stringify(judged).length).toBeLessThan(50_000)
  }
  // gray-matter looks for this in the text, as a text.
  const { ms, judged } = timed(inFront(laughs('name: m\ndescription: d\nexcerpt_separator: *m')))
  expect(ms).toBeLessThan(mostMs)
  expect(judged).toMatchObject({ name: 'm', description: 'd' })
})

test('90: a prototype is neither changed nor read', () => {
  const front =
    'name: m\n__proto__:\n  description: stolen\n  polluted: yes\nmetadata:\n  __proto__: {polluted: yes}\n  constructor: c'
  const judged = judge(inFront(front))
  expect({}).not.toHaveProperty('polluted')
  expect(judged.problems.map(({ code }) => code)).toEqual(['description-missing'])
  expect(judged.metadata).toEqual([{ name: 'constructor', value: 'c' }])
})

const worst: Record<string, string> = {
  'line feeds': filled('\n'),
  'blank lines': filled(' \t\n'),
  "Unicode's line ends": filled('\u2028'),
  brackets: filled('['),
  'nested mappings': filled('{a: '),
  'nested lists': filled('- '),
  'five thousand keys': counted(5_000, (at) => `k${at}:`),
  'one key again and again': filled('a: b\n'),
  'a known key again and again': filled('name: "x\n'),
  'open quotes': filled("a: 'x\n"),
  'three thousand anchors': counted(3_000, (at) => `k${at}: &a${at} x`),
  'a long text, referred to in a key': `a: &a ${'x'.repeat(16_000)}\n? [${'*a,'.repeat(5_000)}x]\n: y`,
  'a long text, referred to in many keys': `a: &a ${'x'.repeat(8_000)}\n${counted(250, (at) => `? [${'*a,'.repeat(25)}${at}]\n: y`)}`,
  'a long text, referred to in metadata': `name: m\ndescription: d\na: &a ${'x'.repeat(16_000)}\nmetadata:\n${counted(1_400, (at) => ` k${at}: *a`)}`,
  'a block of blank lines': `description: |\n${filled('  x\n\n\n')}`,
  'an open quote, and then keys': `description: "a\n${filled('x: [\n')}`,
  'open brackets of tools': `name: a\ndescription: b\nallowed-tools: ${filled('a(')}`,
  'ends of documents': filled('...\n'),
  'beginnings of documents': filled('----\n'),
  tags: filled('!!js/function x: y\n'),
}
test.each(Object.entries(worst))(`within ${mostMs} ms: %s`, (_name, front) => {
  expect(timed(inFront(front.slice(0, mostBytes))).ms).toBeLessThan(mostMs)
})

test.each(['\n', ' ', '---\n', 'a\u200b', '\u2028', '💡'])(`within ${mostMs} ms: a megabyte of %j`, (piece) => {
  const text = `---\nname: m\ndescription: d\n---\n${piece.repeat(Math.floor(1_000_000 / Buffer.byteLength(piece)))}`
  expect(timed(text).ms).toBeLessThan(mostMs)
})

/** What YAML, gray-matter and our own mending stumble over, in any order and any number. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '\n',
      '\r',
      '\n\n\n',
      ' ',
      '\t',
      '\u2028',
      '\u0085',
      '\ufeff',
      '---',
      '...',
      '---\n',
      '--- js',
      '- ',
      '? ',
      ': ',
      ':',
      ', ',
    ],
    ...[
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '*a,',
      '<<: *a',
      '!!js/function ',
      '!!binary ',
      '|',
      '>-',
      '|9',
      '"',
      "'",
      '#',
      ' #',
      '%YAML',
    ],
    ...[
      '\\x',
      '\\',
      '@',
      '`',
      '\u202e',
      '\u200b',
      '\u{e0041}',
      '\ud800',
      '💡',
      'x',
      '\n  ',
      '\n\t',
      '__proto__',
      'constructor',
    ],
    ...[
      '\nname: ',
      '\ndescription: ',
      '\nmetadata:\n  ',
      '\nallowed-tools: ',
      '\nexcerpt_separator: ',
      '(',
      ')',
      'toString: ',
    ],
  ),
  fc.string({ maxLength: 8, unit: 'binary' }),
)
const repeated = fc
  .tuple(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 4_000 }))
  .map(([pieces, times]) => {
    const one = pieces.join('')
    return one.repeat(Math.min(times, Math.ceil(12_000 / Math.max(1, one.length))))
  })
const front = fc.array(repeated, { maxLength: 4 }).map((parts) => parts.join('').slice(0, mostBytes / 3))

test(`any front matter is judged within ${mostMs} ms, and what comes of it is clean and small`, () => {
  const shownText = /[\p{Cc}\p{Cf}\p{Cs}]|\s{2}|\n/u
  fc.assert(
    fc.property(front, fc.boolean(), (text, isNamed) => {
      const { ms, judged } = timed(inFront(`${isNamed ? 'name: m\ndescription: d\n' : ''}${text}`))
      expect(ms).toBeLessThan(mostMs)
      const { name, description, metadata, allowedTools, license, body } = judged
      for (const shown of [name, description, license ?? '', ...allowedTools]) expect(shown).not.toMatch(shownText)
      expect(name).not.toMatch(/[/\\]|^\.*$/)
      expect([...description].length).toBeLessThanOrEqual(1_024)
      expect(metadata.length).toBeLessThanOrEqual(100)
      expect(body).not.toMatch(/\r|\p{Cs}/u)
      expect(judged.status === 'invalid' || description !== '').toBe(true)
      expect(JSON.stringify(judgementOf(judged)).length).toBeLessThan(50_000)
      expect({}).not.toHaveProperty('toString', 'x')
      // The same text is judged in the same way: nothing is remembered.
      expect(judge(inFront(`${isNamed ? 'name: m\ndescription: d\n' : ''}${text}`))).toEqual(judged)
    }),
    { numRuns: 300 },
  )
})

test('any bytes at all are judged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => {
      const judged = judgeBytes(bytes, 'm')
      expect(judged.name).not.toBe('')
      expect(['valid', 'warn', 'invalid']).toContain(judged.status)
    }),
    { numRuns: 300 },
  )
})
