// What a file is by its first bytes, for a sentence instead of bytes that are no text.
import { toolWords } from '../../../../shared/messages/tools.ts'

/** Formats models with vision take; others are binary data. */
const pictures: [mime: string, is: (bytes: Uint8Array) => boolean][] = [
  ['image/png', begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', begins([0xff, 0xd8, 0xff])],
  ['image/gif', (bytes) => ['GIF87a', 'GIF89a'].includes(latin(bytes, 0, 6))],
  ['image/webp', (bytes) => latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 12) === 'WEBP'],
]

const others: [kind: string, is: (bytes: Uint8Array) => boolean][] = [
  [toolWords.kinds.pdf, (bytes) => latin(bytes, 0, 5) === '%PDF-'],
  [toolWords.kinds.zip, begins([0x50, 0x4b, 0x03, 0x04])],
  [toolWords.kinds.gzip, begins([0x1f, 0x8b])],
  [toolWords.kinds.elf, begins([0x7f, 0x45, 0x4c, 0x46])],
  [toolWords.kinds.exe, begins([0x4d, 0x5a])],
  [toolWords.kinds.sqlite, (bytes) => latin(bytes, 0, 15) === 'SQLite format 3'],
]

/** The picture's MIME type, or null. */
export function pictureMime(bytes: Uint8Array): string | null {
  return pictures.find(([, is]) => is(bytes))?.[0] ?? null
}

/** Whether these bytes are of a format that is never shown as text, even if they could be read as such. */
export function isPdf(bytes: Uint8Array): boolean {
  return latin(bytes, 0, 5) === '%PDF-'
}

/** In words, for a file that is no text. */
export function kindOf(bytes: Uint8Array): string {
  const mime = pictureMime(bytes)
  if (mime !== null) return toolWords.kinds.picture(mime)
  return others.find(([, is]) => is(bytes))?.[0] ?? toolWords.kinds.unknown
}

function begins(magic: readonly number[]): (bytes: Uint8Array) => boolean {
  return (bytes) => magic.every((byte, index) => bytes[index] === byte)
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
