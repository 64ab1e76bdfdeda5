// The bytes of an answer: unpacked while they come and never more than the limit, and as text in the page's own letters.
import { pipeline, type Readable } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { webWords } from '../../../shared/messages/web.ts'

/** As a browser does it: an answer whose last bytes are missing is shown as far as it came. */
const zlib = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
const brotli = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH }

export const acceptedEncodings = 'gzip, deflate, br'

/** Stops the transfer at `limit` bytes, counted before and after unpacking: a bomb is never unpacked. */
export async function readBytes(
  body: Readable,
  encoding: string | null,
  limit: number,
): Promise<{ bytes: Buffer; isCut: boolean }> {
  const chunks: Buffer[] = []
  let length = 0
  let isCut = false
  const cut = () => {
    isCut = true
  }
  for await (const chunk of unpack(body, encoding, limit, cut) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    // Leaving the loop closes the connection.
    if (length > limit) break
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), isCut: isCut || length > limit }
}

function unpack(body: Readable, encoding: string | null, limit: number, cut: () => void): Readable {
  const coding = (encoding ?? '').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return body
  const unpacker = unpackerOf(coding)
  if (!unpacker) throw new ExpectedFailure('invalid-input', webWords.unknownPacking)
  // The error is the reader's: the pipeline hands it on to the stream that is read.
  return pipeline(body, packed(limit, cut), unpacker, () => undefined)
}

function unpackerOf(coding: string) {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(zlib)
    case 'deflate':
      return createInflate(zlib)
    case 'br':
      return createBrotliDecompress(brotli)
    default:
      return null
  }
}

/** Packed bytes that unpack to nothing are counted, too. */
const packed = (limit: number, cut: () => void) =>
  async function* (source: AsyncIterable<Buffer>) {
    let length = 0
    for await (const chunk of source) {
      length += chunk.length
      if (length > limit) return cut()
      yield chunk
    }
  }

/** A byte order mark beats what the server says, and that beats what the page says of itself: the order of browsers. */
export function decodeText(bytes: Buffer, charset: string | null, isCut: boolean): string {
  const decoder = decoderOf(markOf(bytes) ?? charset ?? ownCharset(bytes) ?? 'utf-8')
  // What is cut may end within a letter.
  return decoder.decode(bytes, { stream: isCut })
}

function markOf(bytes: Buffer): string | null {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : null
}

/** In `<meta charset>` or an XML declaration, which stand at the beginning. */
function ownCharset(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 1_024).toString('latin1')
  const named =
    /<meta\s[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})|<\?xml\s[^>]{0,100}?encoding\s*=\s*["']([\w-]{1,40})/i
  const [, meta, xml] = named.exec(start) ?? []
  const name = meta ?? xml ?? null
  // It could be read as far as here, so it is not that.
  return name !== null && /^utf-?16/i.test(name) ? 'utf-8' : name
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder('utf-8')
  }
}
