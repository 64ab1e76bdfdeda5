// An encoded picture, looked at and written anew from the parts a decoder needs: no metadata, no second picture, nothing behind its end.

import type { PictureMime } from '../../../shared/attachment-kinds.ts'
import { pictureBytesLimit, pictureSideLimit } from '../../../shared/attachment-limits.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { attachmentWords } from '../../../shared/messages/attachments.ts'

export interface Picture {
  mime: PictureMime
  /** In pixels. */
  width: number
  height: number
  bytes: Uint8Array
}

/** Thrown inside of this file for bytes that are not what they begin as. */
class Damaged extends Error {}
class Animated extends Error {}

const words = attachmentWords.picture

export function startsAsPicture(head: Uint8Array): boolean {
  const source = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  return readers.some(({ is }) => is(source))
}

/**
 * null when the bytes begin as none of the formats. Throws a failure with a sentence for one that is too large, is damaged, or moves
 * and has no single picture to keep. What a file claims of itself beside its picture (where it was taken, with what) is left out, and
 * so is whatever is appended to it: a file that is two things at once leaves as one.
 */
export function readPicture(name: string, bytes: Uint8Array): Picture | null {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = readers.find(({ is }) => is(source))
  if (!read) return null
  if (bytes.length > pictureBytesLimit) {
    throw new ExpectedFailure('limit', words.tooLarge(name, bytes.length, pictureBytesLimit))
  }
  try {
    const { width, height, parts } = read.read(source)
    if (width < 1 || height < 1) throw new Damaged()
    if (width > pictureSideLimit || height > pictureSideLimit) {
      throw new ExpectedFailure('limit', words.tooWide(name, width, height, pictureSideLimit))
    }
    return { mime: read.mime, width, height, bytes: Buffer.concat(parts) }
  } catch (thrown) {
    if (thrown instanceof Animated) throw new ExpectedFailure('invalid-input', words.animated(name))
    // Reading past the end is a picture that is not finished.
    if (thrown instanceof Damaged || thrown instanceof RangeError) {
      throw new ExpectedFailure('invalid-input', words.damaged(name))
    }
    throw thrown
  }
}

interface Read {
  width: number
  height: number
  parts: Buffer[]
}

/** A part of the source. Throws where it does not reach so far. */
function slice(source: Buffer, from: number, length: number): Buffer {
  if (length < 0 || from + length > source.length) throw new Damaged()
  return source.subarray(from, from + length)
}

const latin = (source: Buffer, from: number, to: number) => source.toString('latin1', from, to)
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const readers: { mime: PictureMime; is(source: Buffer): boolean; read(source: Buffer): Read }[] = [
  { mime: 'image/png', is: (source) => source.subarray(0, 8).equals(pngStart), read: readPng },
  {
    mime: 'image/jpeg',
    is: (source) => source[0] === 0xff && source[1] === 0xd8 && source[2] === 0xff,
    read: readJpeg,
  },
  { mime: 'image/gif', is: (source) => /^GIF8[79]a/.test(latin(source, 0, 6)), read: readGif },
  {
    mime: 'image/webp',
    is: (source) => latin(source, 0, 4) === 'RIFF' && latin(source, 8, 12) === 'WEBP',
    read: readWebp,
  },
]

/** What a PNG decoder needs; of an animated one that is its first picture. PNG, third edition, section 11. */
const pngChunks: readonly string[] = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']

function readPng(source: Buffer): Read {
  const parts = [slice(source, 0, 8)]
  let size: { width: number; height: number } | null = null
  let hasData = false
  for (let at = 8; ; ) {
    const length = source.readUInt32BE(at)
    const kind = latin(source, at + 4, at + 8)
    const chunk = slice(source, at, length + 12)
    if ((size === null) !== (kind === 'IHDR')) throw new Damaged()
    if (kind === 'IHDR') {
      if (length !== 13) throw new Damaged()
      size = { width: chunk.readUInt32BE(8), height: chunk.readUInt32BE(12) }
    }
    hasData ||= kind === 'IDAT'
    if (pngChunks.includes(kind)) parts.push(chunk)
    if (kind === 'IEND') break
    at += chunk.length
  }
  if (!size || !hasData) throw new Damaged()
  return { ...size, parts }
}

/** Baseline, extended and progressive: what every decoder knows. */
const frames: readonly number[] = [0xc0, 0xc1, 0xc2]
/** Tables, restarts, JFIF's own header, and Adobe's, which says how colours are written. JPEG, annex B. */
const jpegParts: readonly number[] = [...frames, 0xc4, 0xdb, 0xdd, 0xda, 0xe0, 0xee]

function readJpeg(source: Buffer): Read {
  const parts = [slice(source, 0, 2)]
  let size: { width: number; height: number } | null = null
  let hasScan = false
  for (let at = 2; ; ) {
    if (source.readUInt8(at) !== 0xff) throw new Damaged()
    const marker = source.readUInt8(at + 1)
    // Any number of these may stand before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xd9) {
      parts.push(Buffer.from([0xff, 0xd9]))
      break
    }
    const length = source.readUInt16BE(at + 2)
    if (length < 2) throw new Damaged()
    const segment = slice(source, at, length + 2)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      if (!frames.includes(marker) || size || segment.length < 9) throw new Damaged()
      size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) }
    }
    if (jpegParts.includes(marker)) parts.push(segment)
    at += segment.length
    if (marker !== 0xda) continue
    if (!size) throw new Damaged()
    hasScan = true
    const end = endOfScan(source, at)
    parts.push(source.subarray(at, end))
    at = end
  }
  if (!size || !hasScan) throw new Damaged()
  return { ...size, parts }
}

/** Where the next marker stands that does not belong to the scan itself. */
function endOfScan(source: Buffer, from: number): number {
  for (let at = from; ; at += 1) {
    at = source.indexOf(0xff, at)
    if (at < 0 || at + 1 >= source.length) throw new Damaged()
    const next = source.readUInt8(at + 1)
    const isWithin = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)
    if (!isWithin) return at
  }
}

/** The first picture of a GIF, with what says how it is drawn. GIF89a, sections 18 to 27. */
function readGif(source: Buffer): Read {
  const screen = slice(source, 0, 13)
  const [width, height] = [screen.readUInt16LE(6), screen.readUInt16LE(8)]
  const parts: Buffer[] = []
  let at = 13 + tableBytes(screen.readUInt8(10))
  parts.push(slice(source, 0, at))
  let control: Buffer | null = null
  for (;;) {
    const kind = source.readUInt8(at)
    if (kind === 0x21) {
      const end = endOfBlocks(source, at + 2)
      if (source.readUInt8(at + 1) === 0xf9) control = slice(source, at, end - at)
      at = end
      continue
    }
    if (kind !== 0x2c) throw new Damaged()
    const table = tableBytes(source.readUInt8(at + 9))
    const end = endOfBlocks(source, at + 11 + table)
    parts.push(...(control ? [control] : []), slice(source, at, end - at), Buffer.from([0x3b]))
    return { width, height, parts }
  }
}

const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

function endOfBlocks(source: Buffer, from: number): number {
  let at = from
  for (;;) {
    const length = source.readUInt8(at)
    at += length + 1
    if (length === 0) return at
  }
}

/** A still WebP: its picture, and what of it is transparent. WebP container specification. */
function readWebp(source: Buffer): Read {
  const end = 8 + source.readUInt32LE(4)
  if (end > source.length) throw new Damaged()
  const chunks: Buffer[] = []
  let size: { width: number; height: number } | null = null
  let isDrawn = false
  for (let at = 12; at + 8 <= end; ) {
    const kind = latin(source, at, at + 4)
    const length = source.readUInt32LE(at + 4)
    const chunk = slice(source, at, 8 + length + (length % 2))
    at += chunk.length
    if (kind === 'ANIM' || kind === 'ANMF') throw new Animated()
    if (kind === 'VP8X') {
      size = { width: chunk.readUIntLE(12, 3) + 1, height: chunk.readUIntLE(15, 3) + 1 }
      const header = Buffer.from(chunk)
      // Of what it announces only transparency is kept.
      header.writeUInt8(chunk.readUInt8(8) & 0x10, 8)
      chunks.push(header)
    } else if (kind === 'ALPH') chunks.push(chunk)
    else if (kind === 'VP8 ' || kind === 'VP8L') {
      size ??= kind === 'VP8 ' ? lossySize(chunk) : losslessSize(chunk)
      chunks.push(chunk)
      isDrawn = true
    }
  }
  if (!size || !isDrawn) throw new Damaged()
  const header = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  header.writeUInt32LE(4 + chunks.reduce((sum, { length }) => sum + length, 0), 4)
  return { ...size, parts: [header, ...chunks] }
}

function lossySize(chunk: Buffer): { width: number; height: number } {
  return { width: chunk.readUInt16LE(14) & 0x3fff, height: chunk.readUInt16LE(16) & 0x3fff }
}

function losslessSize(chunk: Buffer): { width: number; height: number } {
  const bits = chunk.readUInt32LE(9)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}
