// What a person attaches: looked at byte by byte, and made into what a model can be shown and a session can keep.

import { basename } from 'node:path'
import type { PlaceAttachment } from '../../../shared/attachment.ts'
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
import { isNamedWithin, lookAt, type NamedPlace, withFile } from './file.ts'
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
      const found = await lookAt(path, workspace)
      const name = plainName(found.name)
      const place = placeOf(found, name)
      if (found.kind === 'folder') return { kind: 'place', place: inside(place, name) }
      return await withFile(found, async (file) => {
        const head = await file.head(headBytes)
        const isPicture = startsAsPicture(head)
        if (place !== null && !isPicture && !isPdf(head)) {
          if (head.length > 0 && (await decode(head)) === null) {
            throw new ExpectedFailure('invalid-input', words.text.none(name))
          }
          return { kind: 'place', place }
        }
        const { most, tooLarge } = limitsOf(isPicture ? 'picture' : isPdf(head) ? 'pdf' : 'text', keepsPhotographs)
        if (file.size > most) throw new ExpectedFailure('limit', tooLarge(name, file.size, most))
        const bytes = await file.whole()
        if (isPicture && keepsPhotographs) return { kind: 'photograph', name, bytes }
        return { kind: 'content', content: await ofBytes(name, bytes, signal) }
      })
    },
    async ofFolder(path, workspace) {
      // Before the disk is looked at: whether there is something elsewhere is nobody's business.
      if (!(await isNamedWithin(path, workspace)))
        throw new ExpectedFailure('denied', words.file.outside(plainName(basename(path))))
      const found = await lookAt(path, workspace)
      const name = plainName(found.name)
      if (found.kind !== 'folder') throw new ExpectedFailure('invalid-input', words.dropped(name))
      return inside(placeOf(found, name), name)
    },
    isStill(one, bytes) {
      if (bytes.length !== one.bytes) return false
      return one.mime === 'text/plain' || mimeOf(bytes) === one.mime
    },
    pictureMime: mimeOf,
  }
}

function inside(place: PlaceAttachment | null, name: string): PlaceAttachment {
  if (place === null) throw new ExpectedFailure('denied', words.file.outside(name))
  return place
}

/** null outside of the workspace, and for a path that could be read as another one or as two lines: it is not put into a model's words. */
function placeOf({ kind, within }: NamedPlace, name: string): PlaceAttachment | null {
  return within !== null && plainName(within, 4_096) === within ? { path: within, name, kind } : null
}

function limitsOf(kind: 'picture' | 'pdf' | 'text', keepsPhotographs: boolean) {
  const { tooLarge } = words[kind]
  if (kind === 'picture') return { most: keepsPhotographs ? photographLimit : pictureBytesLimit, tooLarge }
  return { most: kind === 'pdf' ? pdfBytesLimit : attachedTextLimit, tooLarge }
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
