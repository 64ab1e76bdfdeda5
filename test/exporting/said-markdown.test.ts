// Markdown that leaves Carrel: the same to read, and nothing in it that another program would run, draw or fetch.
import fc from 'fast-check'
import { Lexer, type Token } from 'marked'
import { expect, test } from 'vitest'
import { saidMarkdown } from '../../electron/services/exporting/said-markdown.ts'

const lexed = (text: string): Token[] => new Lexer({ gfm: true }).lex(text)

function everyToken(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    const inside = ['tokens' in token ? token.tokens : undefined, ...(token.type === 'list' ? [token.items] : [])]
    const cells = token.type === 'table' ? [token.header, ...token.rows].flat() : []
    return [token, ...everyToken(inside.flat().filter(Boolean)), ...everyToken(cells.flatMap((cell) => cell.tokens))]
  })
}

const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '<script>alert(1)</script>',
      '<img src=http://a.b/c>',
      '![x](http://a.b/c.png)',
      '![x][r]',
      '[r]: http://a.b/c',
      '<a href="x">',
      '<!-- ',
      '-->',
      '<http://a.b>',
    ],
    ...[
      '`',
      '``',
      '```',
      '~~~',
      '\n',
      '\n\n',
      '    ',
      '> ',
      '- ',
      '1. ',
      '# ',
      '| a | b |\n|---|---|\n| c | d |',
      '***',
      '---',
      '\\',
      '*',
      '_',
      '**',
      '~~',
    ],
    ...[
      'a',
      'word ',
      'snake_case',
      '&lt;script&gt;',
      '&',
      'javascript:alert(1)',
      '[x](javascript:alert(1))',
      '[x](http://a.b/(c))',
      'é',
      '<br>',
      '\t',
      '[ ] ',
      '[x] ',
      ')',
    ],
  ),
  fc.string({ maxLength: 4 }),
)
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))

test('whatever it is, there is neither HTML nor a picture in it', () => {
  fc.assert(
    fc.property(text, (source) => {
      const tokens = everyToken(lexed(saidMarkdown(source)))
      expect(tokens.filter(({ type }) => type === 'html' || type === 'image')).toEqual([])
      for (const token of tokens) if (token.type === 'link') expect(token.href).toMatch(/^(https?:|mailto:)/)
    }),
    { numRuns: 3_000 },
  )
})

test('outside of code there is no sign that begins a tag, in whatever dialect it is read', () => {
  fc.assert(
    fc.property(text, (source) => {
      const code = everyToken(lexed(saidMarkdown(source))).filter(({ type }) => type === 'code' || type === 'codespan')
      const inCode = code.map(({ raw }) => raw.split('<').length - 1).reduce((sum, one) => sum + one, 0)
      expect(saidMarkdown(source).split('<').length - 1).toBe(inCode)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['It **is** mended:\n\n- one\n- two', 'It **is** mended:\n\n- one\n- two'],
  ['# Title\nand *more* ~~less~~', '### Title\n\nand *more* ~~less~~'],
  ['1. a\n2. b\n   ```js\n   <b>\n   ```', '1. a\n\n2. b\n\n   ```js\n   <b>\n   ```'],
  ['`a < b` and snake_case', '` a < b ` and snake_case'],
  ['<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>'],
  ['<img src=http://a.b/c>`<script>alert(1)</script>`', '&lt;img src=http:\\/\\/a.b/c>` <script>alert(1)</script> `'],
  ['http://a.b/c and `code`', '[http://a.b/c](http://a.b/c) and ` code `'],
  ['![tide](http://a.b/c.png)', '[Picture: tide](http://a.b/c.png)'],
  ['![here](/etc/x.png)', 'Picture: here (/etc/x.png)'],
  ['Done! [more](http://a.b/c)![x](http://a.b/d)', 'Done! [more](http://a.b/c)[Picture: x](http://a.b/d)'],
  ['Ah![^1] and![more](http://a.b/c', 'Ah&#33;\\[^1\\] and&#33;\\[more\\]([http://a.b/c](http://a.b/c)'],
  ['> said\n> so', '> said\n> so'],
  ['| a | b |\n|---|:-:|\n| `x` | <i> |', '| a | b |\n| --- | :---: |\n| ` x ` | &lt;i> |'],
  ['a\n- b', 'a\n\n- b'],
  ['\\# no heading\n\n\\- no item', '\\# no heading\n\n\\- no item'],
])('%j is written as %j', (source, written) => {
  expect(saidMarkdown(source)).toBe(written)
})

test('it reads the same: written anew from what was written anew, it stays as it is', () => {
  const decent = fc
    .array(
      fc.constantFrom(
        'Words of it.',
        '- one\n- two',
        '1. first\n2. second',
        '> quoted',
        '```js\nlet a = 1 < 2\n```',
        '| a | b |\n| --- | --- |\n| c | d |',
        'a *b* **c** ` d `',
        '###### Heading',
        '[e](http://f.g/h)',
        '***',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('\n\nand\n\n'))
  fc.assert(
    fc.property(decent, (source) => {
      const once = saidMarkdown(source)
      expect(saidMarkdown(once)).toBe(once)
    }),
  )
})
