// What a person attaches, looked at byte by byte: pictures leave without what they do not show, and everything else is said in a sentence.
import { execFileSync } from 'node:child_process'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Attachments } from '../../electron/contracts.ts'
import { createAttachments } from '../../electron/services/attachments/attachments.ts'
import { readPicture } from '../../electron/services/attachments/picture.ts'
import { textOf } from '../../electron/services/tools/text/compare.ts'
import { sideStarter } from '../../electron/side-process.ts'
import { attachedTextLimit, pictureBytesLimit } from '../../shared/attachment-limits.ts'
import { attachmentWords as words } from '../../shared/messages/attachments.ts'
import { temporaryFolder } from '../support/temp.ts'
import { encrypted, exif, gif, jpeg, pdf, pdfBomb, png, pngChunk } from './samples.ts'

const startSide = sideStarter(join(import.meta.dirname, '..', '..', 'dist', 'electron'))
const never = new AbortController().signal
let attachments: Attachments
let folder: string
beforeEach(async () => {
  attachments = createAttachments({ startSide, decode: textOf, pdfLimitMs: 120_000 })
  folder = await temporaryFolder()
})

const ofBytes = (name: string, bytes: Uint8Array) => attachments.ofBytes(name, bytes, never)
const refusal = (message: string) => ({ failure: { message } })

describe('a picture', () => {
  test('keeps what is drawn and nothing else: no place, no words, nothing behind its end', () => {
    const secret = 'SECRET 48.2N 16.3E'
    const text = pngChunk('tEXt', Buffer.from(secret))
    const samples = [
      {
        clean: png(),
        given: Buffer.concat([png(4, 3, [text, pngChunk('eXIf', Buffer.from(secret))]), Buffer.from(secret)]),
      },
      { clean: jpeg(), given: Buffer.concat([jpeg(4, 3, [exif(secret)]), Buffer.from(`PK\x03\x04${secret}`)]) },
    ]
    for (const { clean, given } of samples) {
      const read = readPicture('a', given)
      expect(Buffer.from(read?.bytes ?? []).equals(clean)).toBe(true)
      expect(read).toMatchObject({ width: 4, height: 3 })
    }
  })

  test('of a GIF is the first one', () => {
    const read = Buffer.from(readPicture('a', Buffer.concat([gif(), Buffer.from('<script>')]))?.bytes ?? [])
    expect(read.toString('latin1')).not.toMatch(/HOME|script/)
    expect(read.filter((byte) => byte === 0x2c)).toHaveLength(1)
    expect(read.at(-1)).toBe(0x3b)
    expect(Buffer.from(readPicture('a', read)?.bytes ?? []).equals(read)).toBe(true)
  })

  test('of a WebP that stands still loses what is beside it, and one that moves is refused', () => {
    const chunk = (kind: string, content: Buffer) => {
      const head = Buffer.from(`${kind}\0\0\0\0`, 'latin1')
      head.writeUInt32LE(content.length, 4)
      return Buffer.concat([head, content])
    }
    const webp = (...chunks: Buffer[]) => {
      const body = Buffer.concat(chunks)
      const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
      head.writeUInt32LE(body.length + 4, 4)
      return Buffer.concat([head, body])
    }
    const header = chunk('VP8X', Buffer.from([0x0c, 0, 0, 0, 3, 0, 0, 2, 0, 0]))
    const drawn = chunk('VP8 ', Buffer.from([0, 0, 0, 0x9d, 1, 0x2a, 4, 0, 3, 0]))
    const read = readPicture('a', webp(header, drawn, chunk('EXIF', Buffer.from('SECRET'))))
    expect(read).toMatchObject({ mime: 'image/webp', width: 4, height: 3 })
    expect(
      Buffer.from(read?.bytes ?? []).equals(webp(chunk('VP8X', Buffer.from([0, 0, 0, 0, 3, 0, 0, 2, 0, 0])), drawn)),
    ).toBe(true)
    expect(() => readPicture('a', webp(header, chunk('ANIM', Buffer.alloc(6)), drawn))).toThrow(
      words.picture.animated('a'),
    )
  })

  test('that is cut anywhere, or changed in any byte, is refused or read, and never a bug', () => {
    const whole = fc.constantFrom(png(), jpeg(), gif())
    fc.assert(
      fc.property(whole, fc.nat(), fc.nat({ max: 255 }), fc.boolean(), (bytes, at, value, isCut) => {
        const changed = isCut ? bytes.subarray(0, at % bytes.length) : Buffer.from(bytes)
        if (!isCut) changed[at % bytes.length] = value
        try {
          readPicture('a', changed)
        } catch (thrown) {
          expect(thrown).toHaveProperty('failure.message')
        }
        // Of a GIF the first picture may be whole all the same.
        if (isCut && changed.length > 8 && changed[0] !== 0x47)
          expect(() => readPicture('a', changed)).toThrow(words.picture.damaged('a'))
      }),
      { numRuns: 400 },
    )
  })

  test('that is too large or too wide is refused with its figures', async () => {
    const large = Buffer.concat([png(), Buffer.alloc(pictureBytesLimit)])
    await expect(ofBytes('l.png', large)).rejects.toMatchObject(
      refusal(words.picture.tooLarge('l.png', large.length, pictureBytesLimit)),
    )
    await expect(ofBytes('w.png', png(70_000, 1))).rejects.toMatchObject(
      refusal(words.picture.tooWide('w.png', 70_000, 1, 8_192)),
    )
  })

  test('in SVG is text, and never a picture', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    expect(await ofBytes('a.svg', svg)).toMatchObject({ mime: 'text/plain' })
    expect(attachments.pictureMime(svg)).toBeNull()
  })
})

describe('a text', () => {
  test('is kept in UTF-8, whatever it was written in, under a name that hides nothing', async () => {
    const latin = Buffer.from('caf\u00e9', 'latin1')
    const kept = await ofBytes('../../etc/re\u202eport\n\u0007.txt', latin)
    expect(kept).toMatchObject({ name: 'report.txt', mime: 'text/plain', tokens: expect.any(Number) })
    expect(Buffer.from(kept.content).toString()).toBe('café')
    expect((await ofBytes('\u0000\u200b', latin)).name).toBe(words.noName)
  })

  test.each([
    ['is empty', Buffer.alloc(0), words.text.empty('a')],
    ['is blank', Buffer.from(' \n'), words.text.empty('a')],
    ['is none', Buffer.from([0, 1, 2, 3, 0]), words.text.none('a')],
    [
      'is too large',
      Buffer.alloc(attachedTextLimit + 1, 0x61),
      words.text.tooLarge('a', attachedTextLimit + 1, attachedTextLimit),
    ],
  ])('that %s is said to be', async (_what, bytes, sentence) => {
    await expect(ofBytes('a', bytes)).rejects.toMatchObject(refusal(sentence))
  })
})

describe('a PDF', () => {
  test('is its text, page by page, read by a process of its own', async () => {
    const file = pdf(['The first page', null, 'The third page'])
    const kept = await ofBytes('a.pdf', file)
    expect(Buffer.from(kept.content).toString()).toBe('[Page 1]\nThe first page\n\n[Page 3]\nThe third page')
    expect(kept).toMatchObject({
      mime: 'text/plain',
      of: { mime: 'application/pdf', bytes: file.length, pages: 3, readPages: 3 },
    })
  }, 120_000)

  test.each([
    ['is scanned', pdf([null, null]), words.pdf.scanned('a.pdf', 2)],
    ['asks for a password', pdf(['Secret'], encrypted), words.pdf.encrypted('a.pdf')],
    ['is broken', Buffer.from('%PDF-1.4\nand then nothing of it'), words.pdf.broken('a.pdf')],
    ['unpacks to gigabytes', pdfBomb(1_000_000_000), words.pdf.tooMuch('a.pdf')],
  ])(
    'that %s is said to be',
    async (_what, bytes, sentence) => {
      await expect(ofBytes('a.pdf', bytes)).rejects.toMatchObject(refusal(sentence))
    },
    240_000,
  )

  test('whose process ends before it has answered is not called too large', async () => {
    const killed = createAttachments({
      startSide: (name) => {
        const side = startSide(name)
        return { ...side, send: () => side.kill() }
      },
      decode: textOf,
      pdfLimitMs: 120_000,
    })
    await expect(killed.ofBytes('a.pdf', pdf(['x']), never)).rejects.toMatchObject({
      failure: { code: 'unavailable', message: words.pdf.ended('a.pdf'), detail: 'SIGKILL' },
    })
  }, 120_000)

  test('that takes too long is given up, and its process with it', async () => {
    let isKilled = false
    const silent = createAttachments({
      startSide: () => ({
        send: () => undefined,
        onMessage: () => undefined,
        onExit: () => undefined,
        kill: () => {
          isKilled = true
        },
      }),
      decode: textOf,
      pdfLimitMs: 1,
    })
    await expect(silent.ofBytes('a.pdf', pdf(['x']), never)).rejects.toMatchObject(refusal(words.pdf.slow('a.pdf', 0)))
    expect(isKilled).toBe(true)
  })
})

describe('a path', () => {
  const ofPath = (path: string, workspace: string | null = null) =>
    attachments.ofPath(path, workspace, { keepsPhotographs: false }, never)

  test('inside of the workspace is a place, and outside the bytes', async () => {
    const workspace = join(folder, 'work')
    await mkdir(join(workspace, 'src'), { recursive: true })
    await writeFile(join(workspace, 'src', 'a.ts'), 'export {}')
    await writeFile(join(folder, 'b.txt'), 'outside')
    const place = { kind: 'place', place: { path: 'src/a.ts', name: 'a.ts', kind: 'file' } }
    expect(await ofPath(join(workspace, 'src', 'a.ts'), workspace)).toEqual(place)
    expect(await ofPath(join(workspace, 'src'), workspace)).toMatchObject({ place: { path: 'src', kind: 'folder' } })
    expect(await ofPath(join(folder, 'b.txt'), workspace)).toMatchObject({
      kind: 'content',
      content: { name: 'b.txt' },
    })
    await expect(ofPath(folder, workspace)).rejects.toMatchObject({ failure: { code: 'denied' } })
    // A picture is to be seen, wherever it lies.
    await writeFile(join(workspace, 'p.png'), png())
    expect(await ofPath(join(workspace, 'p.png'), workspace)).toMatchObject({
      kind: 'content',
      content: { mime: 'image/png' },
    })
  })

  test('through a link that leads out of the folder is refused, and one that is swapped meanwhile gives nothing away', async () => {
    const workspace = join(folder, 'work')
    const elsewhere = join(folder, 'elsewhere')
    await mkdir(join(workspace, 'pictures'), { recursive: true })
    await mkdir(elsewhere)
    await writeFile(join(workspace, 'pictures', 'p.png'), png())
    await writeFile(join(elsewhere, 'p.png'), 'SECRET of another folder')
    await symlink(elsewhere, join(workspace, 'out'))
    await expect(ofPath(join(workspace, 'out', 'p.png'), workspace)).rejects.toMatchObject(
      refusal(words.file.linkOut('p.png')),
    )
    const swap = join(workspace, 'swap')
    let isOver = false
    const swapping = (async () => {
      while (!isOver) {
        for (const target of ['pictures', 'out']) {
          await symlink(target, `${swap}.new`)
          await rename(`${swap}.new`, swap)
        }
      }
    })()
    const seen = new Set<string>()
    for (let time = 0; time < 400; time++) {
      const end = await ofPath(join(swap, 'p.png'), workspace).catch((thrown) => thrown)
      if ('kind' in end) {
        expect(end.kind).toBe('content')
        expect(Buffer.from(end.content.content).equals(png())).toBe(true)
      } else expect(end).toHaveProperty('failure.message')
      seen.add(end.kind ?? 'refused')
    }
    isOver = true
    await swapping
    expect(seen).toContain('refused')
  })

  test('that is a link, a pipe, a device or nothing is refused, and nothing waits', async () => {
    await writeFile(join(folder, 'real'), 'x')
    await symlink('real', join(folder, 'link'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await expect(ofPath(join(folder, 'link'))).rejects.toMatchObject(refusal(words.file.link('link')))
    await expect(ofPath(join(folder, 'pipe'))).rejects.toMatchObject(refusal(words.file.noFile('pipe')))
    await expect(ofPath('/dev/zero')).rejects.toMatchObject(refusal(words.file.noFile('zero')))
    await expect(ofPath(join(folder, 'none'))).rejects.toMatchObject({ failure: { code: 'not-found' } })
  })
})
