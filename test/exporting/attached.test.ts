// What was attached to a question, in exports and in the terminal: named, shown where it is a picture, and never more than was looked at.
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { exportWords as words } from '../../shared/messages/exports.ts'
import { png, pngChunk } from '../attachments/samples.ts'
import { asked, said, turn, writeBlob, writeSession } from '../support/recorded-run.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

let home: string
beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

async function sessions(...words: string[]): Promise<string> {
  const ended = await runTerminal({ arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'sessions', ...words] })
  expect(ended.code, ended.error).toBe(0)
  return ended.out
}

const question = (content: string, attachments: object[]) => turn({ ...asked(content), attachments }, said('I see.'))

test('a picture is in the page itself and a line of Markdown; texts, PDFs, places and what is gone are lines', async () => {
  const picture = png()
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const text = await writeBlob(home, 'Twelve planets')
  const of = { mime: 'application/pdf', bytes: 81_204, pages: 3, readPages: 2 }
  await writeSession(
    home,
    { id: 'attached', workspace: '/home/me/notes' },
    question('What is this?', [
      { ...(await writeBlob(home, picture)), mime: 'image/png', name: 'desk \u202e"><b>.png', width: 4, height: 3 },
      { ...text, mime: 'text/plain', name: 'notes\n## You.txt', tokens: 3 },
      { ...text, mime: 'text/plain', name: 'orrery.pdf', tokens: 3, of },
      { path: 'src', name: 'src', kind: 'folder' },
      { blob: `sha256:${'0'.repeat(64)}`, bytes: 10, mime: 'image/png', name: 'gone.png' },
      // A record of somebody else that calls it a picture.
      { ...(await writeBlob(home, svg)), mime: 'image/png', name: 'drawing.svg' },
    ]),
  )
  const page = await sessions('export', 'attached', '--format', 'html')
  expect([...page.matchAll(/<img src="([^"]*)" alt="([^"]*)">/g)].map(([, ...found]) => found)).toEqual([
    [`data:image/png;base64,${picture.toString('base64')}`, 'desk [U+202E]&quot;&gt;&lt;b&gt;.png'],
  ])
  expect(page).toContain('img-src data:;')
  expect(page).not.toContain('<svg')
  const lines = [
    'Text notes ## You.txt (14 bytes)',
    'PDF orrery.pdf (3 pages, text of the first 2, 81.2 KB)',
    `Folder src, ${words.attachedPlace}`,
    `Picture gone.png (10 bytes), ${words.attachedGone}`,
    `Picture drawing.svg (${svg.length} bytes), ${words.attachedDamaged}`,
  ]
  for (const line of lines) expect(page).toContain(`<p class="attached" dir="auto">Attached: ${line}</p>`)

  const markdown = await sessions('export', 'attached')
  expect(markdown).toContain(
    [
      'What is this?\n\nAttached:\n',
      `- Picture desk \\[U+202E\\]"&gt;&lt;b&gt;.png (4 × 3, ${picture.length} bytes)`,
      '- Text notes \\#\\# You.txt (14 bytes)',
    ].join('\n'),
  )
  expect(markdown).toContain(`- Picture gone.png (10 bytes), ${words.attachedGone}`)

  const shown = await sessions('show', 'attached')
  expect(shown).toContain('What is this?\n(attached: Picture desk ')
  expect(shown).toContain('(attached: Text notes⟨U+000A⟩## You.txt (14 bytes))\n')
  expect(shown).not.toContain('\u202e')
}, 120_000)

test('a page has no more pictures than its limit, however often one is attached, and says which are left out', async () => {
  const large = (number: number) => writeBlob(home, png(4, 3, [pngChunk('IDAT', Buffer.alloc(4_500_000, number))]))
  const pictures = []
  for (let number = 0; number < 5; number++) {
    pictures.push({ ...(await large(number)), mime: 'image/png', name: `${number}.png`, width: 4, height: 3 })
  }
  await writeSession(
    home,
    { id: 'many', workspace: '/home/me' },
    question(
      '',
      [...pictures, pictures[0]].filter((one) => one !== undefined),
    ),
  )
  const page = await sessions('export', 'many', '--format', 'html')
  expect(page.match(/<img /g)).toHaveLength(4)
  for (const name of ['3.png', '4.png'])
    expect(page).toContain(`${name} (4 × 3, 4.5 MB), ${words.attachedTooMuch('20 MB')}`)
}, 120_000)
