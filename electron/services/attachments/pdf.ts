// The text of a PDF, taken out of it by a process of its own with little time and little memory.
import { pdfBytesLimit, pdfPagesLimit, pdfTextLimit } from '../../../shared/attachment-limits.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { attachmentWords } from '../../../shared/messages/attachments.ts'
import type { StartSide } from '../../contracts.ts'
import { type FromPdfReader, fromPdfReader, type ReadPdf } from './pdf-wire.ts'

const words = attachmentWords.pdf

export interface PdfText {
  text: string
  pages: number
  readPages: number
}

export function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-'
}

/** Throws a failure with a sentence for one that is too large, broken, encrypted, has no text, or takes too long or too much. */
export async function readPdf(
  name: string,
  bytes: Uint8Array,
  { startSide, limitMs, signal }: { startSide: StartSide | null; limitMs: number; signal: AbortSignal },
): Promise<PdfText> {
  if (bytes.length > pdfBytesLimit) {
    throw new ExpectedFailure('limit', words.tooLarge(name, bytes.length, pdfBytesLimit))
  }
  if (startSide === null) throw new ExpectedFailure('unavailable', words.off)
  const said = await askSide(
    name,
    startSide,
    { bytes, pages: pdfPagesLimit, characters: pdfTextLimit },
    { limitMs, signal },
  )
  if (said === 'slow') throw new ExpectedFailure('limit', words.slow(name, Math.round(limitMs / 1_000)))
  if (said.type === 'refused') {
    if (said.why === 'encrypted') throw new ExpectedFailure('denied', words.encrypted(name))
    if (said.why === 'too-much') throw new ExpectedFailure('limit', words.tooMuch(name))
    throw new ExpectedFailure('damaged', words.broken(name))
  }
  const { text, pages, readPages } = said
  if (text.trim() === '') throw new ExpectedFailure('invalid-input', words.scanned(name, pages))
  return { text, pages, readPages }
}

/** Nothing of the process is left when this resolves. */
async function askSide(
  name: string,
  startSide: StartSide,
  request: ReadPdf,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<FromPdfReader | 'slow'> {
  signal.throwIfAborted()
  const side = startSide('pdf-reader')
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => resolve('slow'), limitMs)
      onAbort = () => reject(new ExpectedFailure('cancelled', attachmentWords.stopped))
      signal.addEventListener('abort', onAbort, { once: true })
      side.onMessage((message) => {
        const parsed = fromPdfReader().safeParse(message)
        resolve(parsed.success ? parsed.data : { type: 'refused', why: 'broken' })
      })
      side.onExit((how) => reject(new ExpectedFailure('unavailable', words.ended(name), how)))
      side.send(request)
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    side.kill()
  }
}
