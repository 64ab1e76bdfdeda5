// Sessions as pages and as data, through the real command: readable, whole, and nothing in them that runs or reaches anything.
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { Lexer } from 'marked'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import { fence } from '../../electron/services/exporting/code.ts'
import { htmlOf } from '../../electron/services/exporting/html.ts'
import { markdownOf } from '../../electron/services/exporting/markdown.ts'
import type { Part, ReadableSession } from '../../electron/services/exporting/turns.ts'
import { pictureMimes } from '../../shared/attachment-kinds.ts'
import { exportWords } from '../../shared/messages/exports.ts'
import { messages } from '../../shared/messages/messages.ts'
import { plainText } from '../../shared/plain-text.ts'
import { asked, call, calling, result, said, turn, writeSession } from '../support/recorded-run.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

let base: string
let home: string
beforeAll(buildTerminal)
beforeEach(async () => {
  base = await temporaryFolder()
  home = join(base, 'home')
})

const carrel = (...words: string[]) =>
  runTerminal({
    arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'sessions', 'export', ...words],
    cwd: base,
  })

const run = turn(
  asked('Mend <the> greeting'),
  calling([call('c1', 'read_file', { path: 'src/greet.ts' })], 'I look.'),
  result('c1', 'read_file', "```\nexport const greeting = 'Helo'\n```"),
  said('It **is** mended:\n\n- one\n- two\n\n[more](https://example.com/a) <script>alert(1)</script>', {
    thinking: 'A typing mistake.',
  }),
)

describe('carrel sessions export', () => {
  test('Markdown: what was said as it was written, calls folded, onto standard output', async () => {
    await writeSession(home, { id: 'greeting', workspace: '/home/me/greeting' }, run)
    const { code, out, error } = await carrel('greeting')
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^# Mend &lt;the&gt; greeting\n/)
    expect(out).toContain('Folder: ` /home/me/greeting `')
    expect(out).toContain('## You · 2026-11-22 08:00\n\nMend &lt;the> greeting')
    expect(out).toContain('<details><summary>Read src/greet.ts</summary>')
    // A fence of the output does not end its own.
    expect(out).toContain("````\n```\nexport const greeting = 'Helo'\n```\n````")
    expect(out).toContain('It **is** mended:\n\n- one\n- two')
    expect(out).toContain('<details><summary>Thinking</summary>\n\n```\nA typing mistake.\n```')
  })

  test('a page: the same, without a script and without anything that is fetched, into a new file only its owner reads', async () => {
    await writeSession(home, { id: 'greeting', workspace: '/home/me/greeting' }, run)
    const ended = await carrel('greeting', '--format', 'html', '--out', 'page.html')
    expect([ended.code, ended.out, ended.error]).toEqual([0, '', ''])
    const page = await readFile(join(base, 'page.html'), 'utf8')
    expect((await stat(join(base, 'page.html'))).mode & 0o777).toBe(0o600)
    expect(page).toContain('<strong>is</strong> mended')
    expect(page).toContain('<details><summary>Read src/greet.ts</summary>')
    expect(page).toContain('<a href="https://example.com/a" rel="noreferrer noopener">more</a>')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(foreign(page)).toEqual([])
    const again = await carrel('greeting', '--format', 'html', '--out', 'page.html')
    expect([again.code, again.error]).toEqual([4, `${messages.terminal.fileIsThere(join(base, 'page.html'))}\n`])
  })

  test('JSON has every branch, and JSONL is the file to the byte, damage included', async () => {
    const lines = [
      header,
      message('q', null),
      message('a', 'q', { role: 'assistant', content: 'one' }),
      message('b', 'q', { role: 'assistant', content: 'two' }),
    ]
    const bytes = Buffer.concat([toBytes(...lines), Buffer.from([0xff, 0xfe, 0x0a]), toBytes('{"type":"mess')])
    await mkdir(join(home, 'sessions'), { recursive: true })
    await writeFile(join(home, 'sessions', 'damaged.jsonl'), bytes)
    const json = await carrel('damaged', '--format', 'json')
    expect(json.code).toBe(0)
    expect(json.json()).toMatchObject({ version: 1, session: { id: 'damaged' } })
    const contents = Object(json.json()).entries.map(({ content }: { content: string }) => content)
    expect(contents).toEqual(expect.arrayContaining(['one', 'two']))
    expect((await carrel('damaged', '--format', 'jsonl', '--out', 'copy.jsonl')).code).toBe(0)
    expect(await readFile(join(base, 'copy.jsonl'))).toEqual(bytes)
    const read = await carrel('damaged')
    expect(read.out).toContain('of the file could not be read')
    expect(read.out).toContain('Other versions of questions and answers')
  })

  test('an output of which its record has a part is whole on a page, up to a limit; JSON has all of it', async () => {
    const text = 'a line of output\n'.repeat(100_000)
    const short = 'the rest\n'.repeat(5_000)
    const full = async (content: string) => {
      const hash = createHash('sha256').update(content).digest('hex')
      await mkdir(join(home, 'blobs', hash.slice(0, 2)), { recursive: true })
      await writeFile(join(home, 'blobs', hash.slice(0, 2), hash), content)
      return { truncated: true, full: { blob: `sha256:${hash}`, bytes: content.length } }
    }
    const gone = { truncated: true, full: { blob: `sha256:${'0'.repeat(64)}`, bytes: 9 } }
    const tool = (id: string, parent: string, callId: string, more: object) =>
      message(id, parent, {
        role: 'tool',
        callId,
        name: 'read_file',
        content: `head of ${id}`,
        isError: false,
        ...more,
      })
    const toolCalls = ['c1', 'c2', 'c3'].map((callId) => ({
      id: callId,
      name: 'read_file',
      arguments: { path: callId },
    }))
    const bytes = toBytes(
      header,
      message('q', null),
      message('a', 'q', { role: 'assistant', content: '', toolCalls }),
      tool('t1', 'a', 'c1', await full(text)),
      tool('t2', 't1', 'c2', await full(short)),
      tool('t3', 't2', 'c3', gone),
    )
    await mkdir(join(home, 'sessions'), { recursive: true })
    await writeFile(join(home, 'sessions', 'long.jsonl'), bytes)
    for (const format of ['md', 'html']) {
      const { out } = await carrel('long', '--format', format)
      expect(out).toContain(text.slice(0, 1_048_576))
      expect(out).not.toContain(text)
      expect(out).toContain(exportWords.outputGoesOn(text.length, 1_048_576))
      expect(out).toContain(short.trim())
      expect(out).toContain('head of t3')
    }
    const json = Object((await carrel('long', '--format', 'json')).json())
    expect(Object.keys(json.outputs)).toEqual(['t1', 't2'])
    expect(json.outputs.t1 === text && json.outputs.t2 === short).toBe(true)

    // With what it names, as files.
    const ended = await carrel('long', '--format', 'zip', '--out', 'long.zip')
    expect([ended.code, ended.error]).toEqual([0, ''])
    const zip = await openPromise(join(base, 'long.zip'))
    const found: Record<string, Buffer> = {}
    for await (const entry of zip.eachEntry()) {
      found[entry.fileName] = await buffer(await zip.openReadStreamPromise(entry))
    }
    const hashes = [text, short].map((content) => createHash('sha256').update(content).digest('hex'))
    const blobs = hashes.map((hash) => `blobs/${hash.slice(0, 2)}/${hash}`)
    expect(Object.keys(found)).toEqual(['session.jsonl', ...blobs, 'README.txt'])
    expect(found['session.jsonl']?.equals(bytes)).toBe(true)
    expect(found[blobs[0] ?? '']?.toString() === text).toBe(true)
    expect(found['README.txt']?.toString()).toContain('1 of them is missing or damaged')
  })

  test('what is not there, a form there is none of, and no name', async () => {
    const none = await carrel('nobody')
    expect([none.code, none.error]).toEqual([1, `${messages.failures.sessionNotFound}\n`])
    expect((await carrel('nobody', '--format', 'pdf')).code).toBe(2)
    expect((await carrel()).code).toBe(2)
  })
})

/** What in a page could run, fetch or send anything, or is no tag of ours. */
function foreign(page: string): string[] {
  const tags = new Set(
    'html head meta title style body header h1 h2 h3 h4 h5 p main section small time div details summary pre code br strong em del a ul ol li blockquote table thead tbody tr th td hr figure img figcaption'.split(
      ' ',
    ),
  )
  const attributes: Record<string, RegExp> = {
    href: /^(https?:|mailto:)/,
    rel: /^noreferrer noopener$/,
    class: /^(notes|said|error|attached)$/,
    src: /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]*=*$/,
    alt: /^/,
    start: /^-?\d+$/,
    lang: /^und$/,
    dir: /^auto$/,
    charset: /^utf-8$/,
    name: /^(viewport|referrer)$/,
    content: /^(default-src 'none'; |width=device-width$|no-referrer$)/,
    'http-equiv': /^Content-Security-Policy$/,
  }
  const found: string[] = []
  let metas = 0
  const parser = new Parser(
    {
      onopentag(name, given) {
        if (!tags.has(name)) found.push(name)
        if (name === 'meta') metas++
        for (const [key, value] of Object.entries(given)) {
          if (!attributes[key]?.test(value)) found.push(`${name} ${key}=${value}`)
        }
      },
      oncomment: (text) => found.push(`comment ${text}`),
    },
    { decodeEntities: true },
  )
  parser.end(page)
  return metas === 4 ? found : [...found, 'meta']
}

/** The words of a page between its tags. */
function wordsOf(page: string): string {
  let words = ''
  let depth = 0
  const parser = new Parser({
    onopentag: (name) => void (name === 'style' && depth++),
    onclosetag: (name) => void (name === 'style' && depth--),
    ontext(text) {
      if (depth === 0) words += text
    },
  })
  parser.end(page)
  return words
}

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '</code></pre>',
        '</details>',
        '![x](https://evil.example/p.png)',
        '[x](javascript:alert(1))',
        '[x](data:text/html,<script>)',
        '<a href="javascript:1">',
        '</style><style>@import "//evil"',
        '<!--',
        '-->',
        '```',
        '````html\n',
        '&lt;b&gt;',
        '" onmouseover="x',
        '\u202e',
        '\u001b[2J',
        '| a | b |\n|---|---|\n| <b> | [y](vbscript:1) |\n',
        '<https://ok.example/?a=1&b="2">',
        '\n\n# ',
        '\n> ',
        '\n1. ',
        'x',
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join('')),
)
const attached = fc.record({
  name: nasty,
  line: nasty,
  picture: fc.option(
    fc.record({ mime: fc.constantFrom(...pictureMimes), bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }) }),
  ),
})
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    kind: fc.constant('question' as const),
    text: nasty,
    ts: fc.option(nasty),
    attached: fc.array(attached, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('summary' as const), text: nasty }),
  fc.record({
    kind: fc.constant('answer' as const),
    text: nasty,
    thinking: nasty,
    model: fc.option(nasty),
    ts: fc.option(nasty),
    calls: fc.array(fc.record({ line: nasty, arguments: fc.option(nasty), output: fc.option(nasty) }), {
      maxLength: 2,
    }),
    error: fc.option(nasty),
  }),
)
const session: fc.Arbitrary<ReadableSession> = fc.record({
  title: nasty,
  folder: fc.option(nasty),
  parts: fc.array(part, { maxLength: 3 }),
  skippedBytes: fc.nat(2),
  hasBranches: fc.boolean(),
})

describe('whatever was said', () => {
  test('the name of what is attached stays in the one line of its list', () => {
    fc.assert(
      fc.property(nasty, (line) => {
        const parts: Part[] = [
          { kind: 'question', text: 'q', ts: null, attached: [{ name: line, line, picture: null }] },
        ]
        const text = markdownOf({ title: 't', folder: null, parts, skippedBytes: 0, hasBranches: false }, 'now')
        const [, after = ''] = text.split(`${exportWords.attached}:\n\n`)
        expect(after.trimEnd().split('\n')).toHaveLength(1)
        expect(text).not.toMatch(/[<\u202a-\u202e\u2066-\u2069]/)
        expect(text).not.toContain('\u001b')
        expect(text).not.toMatch(/!\[/)
      }),
    )
  })

  test('no page runs, fetches or sends anything, or has a tag or an attribute that is not ours', () => {
    fc.assert(
      fc.property(session, nasty, (given, exported) => {
        const page = htmlOf(given, exported)
        expect(foreign(page)).toEqual([])
        expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
        expect(page).not.toContain('\u001b')
      }),
      { numRuns: 400 },
    )
  })

  test('the words of a question and of an output are all there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const parts: Part[] = [
          { kind: 'question', text, ts: null, attached: [] },
          {
            kind: 'answer',
            text: '',
            thinking: '',
            model: null,
            ts: null,
            error: null,
            calls: [{ line: 'Read it', arguments: null, output: text }],
          },
        ]
        const page = htmlOf({ title: 'T', folder: null, parts, skippedBytes: 0, hasBranches: false }, 'now')
        const plain = plainText(text)
        if (/[\u202a-\u202e\u2066-\u2069]/.test(plain)) return
        const bare = (words: string) => words.replace(/\s+/g, '')
        expect(bare(wordsOf(page)).split(bare(plain)).length).toBeGreaterThan(bare(plain) === '' ? 0 : 2)
      }),
    )
  })

  test('what is in a fence of Markdown stays in it, and a fold has one end', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const tokens = new Lexer({ gfm: true }).lex(fence(text))
        expect(tokens).toHaveLength(1)
        expect(tokens[0]).toMatchObject({ type: 'code' })
      }),
    )
    fc.assert(
      fc.property(nasty, (line) => {
        const calls = [{ line, arguments: null, output: null }]
        const parts: Part[] = [{ kind: 'answer', text: '', thinking: '', model: null, ts: null, error: null, calls }]
        const text = markdownOf({ title: 't', folder: null, parts, skippedBytes: 0, hasBranches: false }, 'now')
        expect(text.split('</details>')).toHaveLength(2)
        expect(text.split('<')).toHaveLength(5)
      }),
    )
  })
})
