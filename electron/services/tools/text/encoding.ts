// Bytes to text and back, byte for byte: UTF-8, UTF-16 with its mark, else Windows-1252; what is no text is said to be none.

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

export interface DecodedText {
  text: string
  encoding: Encoding
  /** Whether the file begins with a byte order mark, which is not in the text. */
  mark: boolean
}

const marks: [Encoding, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** null when the bytes are no text: NUL or too many control characters, as in git's and ripgrep's rule of thumb. */
export function decode(bytes: Uint8Array): DecodedText | null {
  const marked = marks.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(marked?.[1].length ?? 0)
  const mark = marked !== undefined
  if (marked && marked[0] !== 'utf-8') {
    if (body.length % 2 !== 0) return null
    const little = marked[0] === 'utf-16le' ? body : Buffer.from(body).swap16()
    return { text: little.toString('utf16le'), encoding: marked[0], mark }
  }
  if (body.includes(0)) return null
  const text = utf8(body)
  if (text !== null) return { text, encoding: 'utf-8', mark }
  if (mark || controlShare(body) > 0.01) return null
  return {
    text: body.toString('latin1').replace(c1, (sign) => from80To9f[sign.charCodeAt(0) - 0x80] ?? sign),
    encoding: 'windows-1252',
    mark,
  }
}

/** null when the encoding has no sign for one of the characters. The inverse of `decode`. */
export function encode(text: string, { encoding, mark }: Pick<DecodedText, 'encoding' | 'mark'>): Buffer | null {
  const body = bodyOf(text, encoding)
  if (!body) return null
  const bytes = mark ? (marks.find(([name]) => name === encoding)?.[1] ?? []) : []
  return Buffer.concat([Buffer.from(bytes), body])
}

function bodyOf(text: string, encoding: Encoding): Buffer | null {
  switch (encoding) {
    case 'utf-8':
      return loneSurrogate.test(text) ? null : Buffer.from(text, 'utf8')
    case 'utf-16le':
      return Buffer.from(text, 'utf16le')
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16()
    case 'windows-1252': {
      const latin = text.replace(not1252, (sign) => byteOf.get(sign) ?? sign)
      return notLatin.test(latin) || c1NotIn1252.test(text) ? null : Buffer.from(latin, 'latin1')
    }
    default:
      return encoding satisfies never
  }
}

const loneSurrogate = /\p{Surrogate}/u

function utf8(bytes: Uint8Array): string | null {
  try {
    // The mark is taken off before; another U+FEFF is a character of the text.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Of the first bytes: a file does not become text later on. */
function controlShare(bytes: Uint8Array): number {
  const sample = bytes.subarray(0, 65_536)
  const isControl = (byte: number) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c
  return sample.length === 0 ? 0 : sample.filter(isControl).length / sample.length
}

/**
 * Windows-1252 as the web has it: every one of the 256 bytes is a character, so nothing is lost on the way back. A table,
 * since the TextDecoder of several Node versions reads these bytes as Latin-1.
 */
const from80To9f = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
const byteOf = new Map(Array.from(from80To9f, (sign, index) => [sign, String.fromCharCode(0x80 + index)]))
const notLatin = /[\u0100-\uffff]/
const c1 = /[\u0080-\u009f]/g
const not1252 = new RegExp(`[${from80To9f}]`, 'g')
/** Control characters that are no byte of their own there. */
const c1NotIn1252 = new RegExp(`(?![${from80To9f}])[\\u0080-\\u009f]`)
