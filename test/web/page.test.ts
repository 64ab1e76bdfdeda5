// What is made of a page: its text in the page's own letters, and nothing that a browser alone needs.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { htmlToText } from '../../electron/services/web/page-text.ts'
import { page, read, reader, site } from './site.ts'

const fetched = async (body: string | Uint8Array, headers: Record<string, string>) => {
  const { port } = await site((_request, response) => response.writeHead(200, headers).end(body))
  const found = await read(reader(port), `http://x.test:${port}/folder/page?a=1`)
  return 'text' in found ? found.text : `${found.code}: ${found.message}`
}

test('title, headings, links, lists and tables stay; scripts, styles and pictures go', async () => {
  const { text } = await htmlToText(
    `<!doctype html><title>A &amp; B</title><style>p{}</style><body><script>alert(1)</script>
    <h2>First <b>part</b></h2><p>Some   words, <a href="../next?x=1#y">a link</a>, <a href="#here">a place</a>,
    <a href="javascript:alert(1)">a trap</a> &lt;b&gt;</p><ul><li>one<li>two</ul><ol><li>three</ol>
    <img src=x onerror=alert(1) alt=no><p hidden>unseen</p><span aria-hidden="true">icon</span>
    <table><tr><th>name<th>size<tr><td>a.txt<td>12</table><pre>  kept
    as it is</pre>`,
    'https://example.com/a/b',
  )
  expect(text).toBe(
    [
      '# A & B',
      '',
      '## First part',
      '',
      'Some words, [a link](https://example.com/next?x=1#y), a place, a trap <b>',
      '',
      '- one',
      '- two',
      '',
      '1. three',
      '',
      'name | size',
      'a.txt | 12',
      '',
      '  kept',
      '    as it is',
    ].join('\n'),
  )
})

test('the main part of a page, when it names one that holds something', async () => {
  const nav = '<nav><a href="/all">All of it</a></nav>'
  const words = 'word '.repeat(60)
  const textOf = async (html: string) => (await htmlToText(html, 'https://x.test/')).text
  expect(await textOf(`<body>${nav}<main><h1>T</h1>${words}</main>`)).toMatch(/^# T\n\nword /)
  expect(await textOf(`<body>${nav}<main>short</main>`)).toBe('[All of it](https://x.test/all)\n\nshort')
})

test('a link around a heading, a picture or nothing stays whole', async () => {
  const html =
    '<a href=/a><h3>Card</h3><p>its text</p></a> <a href="/b(1)"><img src=x></a><a href=/c> </a><p>x <a href=/d>d</a>.'
  expect((await htmlToText(html, 'https://x.test/')).text).toBe(
    '### [Card](https://x.test/a)\n\nits text\n\nx [d](https://x.test/d).',
  )
})

test('whatever is given is turned into text', async () => {
  const piece = fc.constantFrom('<a href="x">', '<table>', '<td>', '</', '<!--', '&#0;', '<h1>', 'x', '<main>', '<pre>')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(piece, fc.string())), async (pieces) => {
      const { text, isCut } = await htmlToText(pieces.join(''), 'https://x.test/')
      expect({ type: typeof text, isCut }).toEqual({ type: 'string', isCut: false })
    }),
  )
})

// Each of them kept a converter that builds a tree busy for minutes, or ended the process.
test.each([
  '<div>',
  '<b>',
  '<main>',
  '<table><tr><td>',
  '<tr><td colspan=999999999 rowspan=999999999>a',
  '<ul><li>a',
  '<blockquote>x',
  '<a href=x>',
  '<title ',
  '<!--',
  '<',
  '&',
  ' ',
])('very much of "%s" is done with, and others have their turn', async (piece) => {
  let turns = 0
  const clock = setInterval(() => turns++, 1)
  const html = piece.repeat(Math.floor(200_000 / piece.length))
  await htmlToText(html, 'https://x.test/').finally(() => clearInterval(clock))
  expect(turns).toBeGreaterThan(0)
})

test('a page that is nothing but work is cut off after a while', async () => {
  const { text, isCut } = await htmlToText(`<p>start</p>${'<div>'.repeat(4_000_000)}`, 'https://x.test/')
  expect({ text, isCut }).toEqual({ text: 'start', isCut: true })
})

test.each([
  ['header', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'text/html; charset="ISO-8859-1"'],
  ['meta', Buffer.from('<meta charset=latin1><p>Gr\xfc\xdfe', 'latin1'), 'text/html'],
  ['UTF-8 unless told', Buffer.from('Grüße'), 'text/html'],
  ['an unknown one', Buffer.from('Grüße'), 'text/html; charset=martian'],
  ['a byte order mark', Buffer.from('\ufeffGrüße', 'utf16le'), 'text/html; charset=latin1'],
  ['Shift_JIS', Buffer.from([0x82, 0xa0]), 'text/plain; charset=shift_jis'],
])('letters: %s', async (what, bytes, type) => {
  expect(await fetched(bytes, { 'content-type': type })).toBe(what === 'Shift_JIS' ? 'あ' : 'Grüße')
})

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['identity', (text: string) => Buffer.from(text)],
])('packed with %s', async (encoding, pack) => {
  const headers = { 'content-type': 'text/plain', 'content-encoding': encoding }
  expect(await fetched(pack('words '.repeat(1_000)), headers)).toBe('words '.repeat(1_000))
})

test('packed in another way, twice, or broken: said', async () => {
  const headers = { 'content-type': 'text/plain' }
  const other = /^invalid-input: The answer is packed/
  expect(await fetched('x', { ...headers, 'content-encoding': 'zstd' })).toMatch(other)
  expect(await fetched(gzipSync(gzipSync('x')), { ...headers, 'content-encoding': 'gzip, gzip' })).toMatch(other)
  expect(await fetched('no gzip', { ...headers, 'content-encoding': 'gzip' })).toMatch(/^unavailable: .*Z_DATA_ERROR/)
})

test.each([
  'text/plain',
  'application/json',
  'application/ld+json',
  'image/svg+xml',
  'text/csv',
  'application/yaml',
  '',
])('text of the type "%s" is read', async (type) => {
  expect(await fetched('{"a": 1}', type ? { 'content-type': type } : {})).toBe('{"a": 1}')
})

test.each(['image/png', 'application/pdf', 'application/octet-stream', 'video/mp4', 'application/zip', 'nonsense'])(
  '%s is not read',
  async (type) => {
    expect(await fetched('x', { 'content-type': type })).toBe(
      `invalid-input: The address answers no text but ${type}. Only text, HTML, JSON, XML and the like are read.`,
    )
  },
)

test('binary data that calls itself text is not shown', async () => {
  expect(await fetched(Buffer.from([0x7f, 0, 1, 2]), { 'content-type': 'text/plain' })).toMatch(
    /^invalid-input: .*binary/,
  )
})

test('nothing that steers a terminal, turns the writing or hides words from a person', async () => {
  const hidden = [...'do it'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')
  const text = `a\u001b[31mb\u202ec\u2066d${hidden}e\r\nf\u009bg\u0007h\ufeffi`
  expect(await fetched(text, { 'content-type': 'text/plain; charset=utf-8' })).toBe('a[31mbcde\nfghi')
  const html = '<p>a&#x202e;b&#27;[2Jc</p>'
  expect(await fetched(html, { 'content-type': 'text/html' })).toBe('ab[2Jc')
})

test('an error page is shown with its status', async () => {
  const { port } = await site((_request, response) =>
    response.writeHead(404, { 'content-type': 'text/plain' }).end('nope'),
  )
  expect(await read(reader(port), `http://x.test:${port}/`)).toMatchObject({ status: 404, text: 'nope' })
})

test('what cannot be reached is said with what to do', async () => {
  const { port } = await site(page('x'))
  const gone = await read(reader(1, { ports: [1] }), 'http://x.test:1/')
  expect(gone).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') })
  expect(await read(reader(port), 'no address')).toMatchObject({ code: 'invalid-input' })
  expect(await read(reader(port), `http://x.test:${port}/${'a'.repeat(5_000)}`)).toMatchObject({
    code: 'invalid-input',
  })
  expect(await read(reader(port, { resolve: async () => [] }), `http://x.test:${port}/`)).toMatchObject({
    code: 'not-found',
  })
})
