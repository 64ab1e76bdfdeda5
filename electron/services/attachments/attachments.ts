// What a person attaches: looked at byte by byte, and made into what a model can be shown and a session can keep.
import { realpath } from 'node:fs/promises'
import {
  attachedTextLimit,
  pdfBytesLimit,
  photographLimit,
  pictureBytesLimit,
} from '../../../shared/attachment-limits.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'
import { tokensIn } from '../../agent/token-estimate.ts'
import type { Attachable, Attachments, StartSide } from '../../contracts.ts'
import { lookAt, readHead, readWhole } from './file.ts'
import { isPdf, readPdf } from './pdf.ts'
import { readPicture, startsAsPicture } from './picture.ts'

export interface AttachmentsDeps {
  startSide: StartSide | null
  /** The text of a file, whatever its encoding; null when it is none. */
  decode(bytes: Uint8Array): Promise<string | null>
  /** How long one PDF is read. Milliseconds. */
  pdfLimitMs: number
}

/** Enough to see what a file is. */
const headBytes = 8_192

export function createAttachments({ startSide, decode, pdfLimitMs }: AttachmentsDeps): Attachments {
  async function ofBytes(given: string, bytes: Uint8Array, signal: AbortSignal): Promise<Attachable> {
    const name = plainName(given)
    const picture = readPicture(name, bytes)
    if (picture) {
      const { mime, width, height } = picture
      return { name, mime, width, height, content: picture.bytes }
    }
    if (isPdf(bytes)) {
      const { text, pages, readPages } = await readPdf(name, bytes, { startSide, limitMs: pdfLimitMs, signal })
      return { ...textOf(name, text), of: { mime: 'application/pdf', bytes: bytes.length, pages, readPages } }
    }
    if (bytes.length > attachedTextLimit) {
      throw new ExpectedFailure('limit', words.text.tooLarge(name, bytes.length, attachedTextLimit))
    }
    if (bytes.length === 0) throw new ExpectedFailure('invalid-input', words.text.empty(name))
    const text = await decode(bytes)
    if (text === null) throw new ExpectedFailure('invalid-input', words.text.none(name))
    if (text.trim() === '') throw new ExpectedFailure('invalid-input', words.text.empty(name))
    return textOf(name, text)
  }

  return {
    ofBytes,
    async ofPath(path, workspace, { keepsPhotographs }, signal) {
      const root = workspace === null ? null : await realpath(workspace).catch(() => null)
      const { kind, name: given, within } = await lookAt(path, root)
      const name = plainName(given)
      // A path that could be read as another one, or as two lines, is not put into a model's words.
      const place = within !== null && plainName(within, 4_096) === within ? within : null
      if (kind === 'folder') {
        if (place === null) throw new ExpectedFailure('denied', words.file.outside(name))
        return { kind: 'place', place: { path: place, name, kind } }
      }
      const head = await readHead(path, headBytes)
      const isPicture = startsAsPicture(head)
      if (place !== null && !isPicture && !isPdf(head)) {
        if (head.length > 0 && (await decode(head)) === null) {
          throw new ExpectedFailure('invalid-input', words.text.none(name))
        }
        return { kind: 'place', place: { path: place, name, kind } }
      }
      const pictureLimit = keepsPhotographs ? photographLimit : pictureBytesLimit
      const most = isPicture ? pictureLimit : isPdf(head) ? pdfBytesLimit : attachedTextLimit
      const { size, bytes } = await readWhole(path, most)
      if (bytes === null) {
        const { tooLarge } = isPicture ? words.picture : isPdf(head) ? words.pdf : words.text
        throw new ExpectedFailure('limit', tooLarge(name, size, most))
      }
      if (isPicture && keepsPhotographs) return { kind: 'photograph', name, bytes }
      return { kind: 'content', content: await ofBytes(name, bytes, signal) }
    },
    isStill(one, bytes) {
      if (bytes.length !== one.bytes) return false
      return one.mime === 'text/plain' || mimeOf(bytes) === one.mime
    },
    pictureMime: mimeOf,
  }
}

function mimeOf(bytes: Uint8Array): string | null {
  try {
    return readPicture('', bytes)?.mime ?? null
  } catch (thrown) {
    if (thrown instanceof ExpectedFailure) return null
    throw thrown
  }
}

function textOf(name: string, text: string): Attachable {
  return { name, mime: 'text/plain', content: Buffer.from(text), tokens: tokensIn(text) }
}

/** What turns the direction of writing, ends a line, moves a cursor, or cannot be seen has no place in a name that is shown. */
const unfit = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu

/** The last part of a path, fit to be shown in one line. */
function plainName(given: string, most = 120): string {
  const name = (most > 255 ? given : given.replace(/^.*[\\/]/s, '')).replace(unfit, '').trim()
  return name.slice(0, most).replace(/[\ud800-\udbff]$/, '') || words.noName
}
