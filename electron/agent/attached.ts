// What a model is shown of what is attached to a question. The same record in the same window gives the same words for ever.

import type { Attachment } from '../../shared/attachment.ts'
import { attachedHandle, isKept, isPicture } from '../../shared/attachment-kinds.ts'
import { neutralise } from '../../shared/control-tokens.ts'
import { plainText } from '../../shared/plain-text.ts'
import { toModel } from './to-model.ts'
import { tokensIn } from './token-estimate.ts'

/** Of one message. */
export interface Attached {
  /** Behind the words of the person; begins with a blank line, or is empty. */
  words: string
  /** The same where all of the message but its own words gives way to a summary. */
  inShort: string
  /** For a model that can see. */
  pictures: readonly Uint8Array[]
}

/** The model that is shown it. */
export interface Reader {
  /** Its window, in tokens. */
  numCtx: number
  seesImages: boolean
  /** It has `read_file`. */
  canRead: boolean
}

/** All texts of one message together take at most this part of the window, so that there is room for questions and answers. */
const share = 1 / 4
/** Less of a text than this says nothing. UTF-16 code units. */
const leastCharacters = 500

/**
 * `bytes` are those of the blobs, in the order of the attachments; null for one that is gone, and for a place. Of a picture that a
 * model cannot see it is told that it is there, and of a text that is too long its beginning, with where it can read on if it can.
 */
export function attachedFor(
  attachments: readonly Attachment[],
  bytes: readonly (Uint8Array | null)[],
  { numCtx, seesImages, canRead }: Reader,
): Attached {
  const texts = attachments.filter((one) => isKept(one) && !isPicture(one)).length
  const pictures: Uint8Array[] = []
  const words = attachments.map((one, index) => {
    const name = neutralise(one.name)
    if (!isKept(one)) return toModel.attached.place(neutralise(one.path), one.kind)
    const content = bytes[index] ?? null
    if (isPicture(one) && !seesImages) return toModel.attached.unseen(name)
    if (content === null) return toModel.attached.gone(name)
    if (isPicture(one)) {
      pictures.push(content)
      return toModel.attached.picture(name, pictures.length)
    }
    const text = neutralise(plainText(new TextDecoder().decode(content)).replace(/\r\n?/g, '\n'))
    const shown = headOf(text, (numCtx * share) / texts)
    const ofPages = one.of ? toModel.attached.pages(one.of.readPages, one.of.pages) : ''
    const left = text.length - shown.length
    // The line it broke off in is read again: nobody knows whether half of one is of use.
    const line = shown.split('\n').length
    const readOn = canRead ? toModel.attached.readOn(left, attachedHandle(one), line) : toModel.attached.cut(left)
    const rest = left > 0 ? `\n${readOn}` : ''
    return `${toModel.attached.text(name, ofPages)}\n${shown.trimEnd()}${rest}\n${toModel.attached.end(name)}`
  })
  const inShort = attachments.map((one) => {
    const name = neutralise(one.name)
    if (!isKept(one)) return toModel.attached.place(neutralise(one.path), one.kind)
    const isText = canRead && !isPicture(one)
    return isText ? toModel.attached.readAgain(name, attachedHandle(one)) : toModel.attached.leftOut(name)
  })
  return { words: paragraphs(words), inShort: paragraphs(inShort), pictures }
}

const paragraphs = (texts: readonly string[]) => texts.map((one) => `\n\n${one}`).join('')

/** As much from the beginning as is about so many tokens. */
function headOf(text: string, tokens: number): string {
  // Longer than this it is cut in any case: no need to weigh all of it.
  const most = text.slice(0, Math.ceil(tokens * 8))
  const part = Math.min(1, tokens / Math.max(1, tokensIn(most)))
  const length = Math.max(leastCharacters, Math.floor(most.length * part))
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
