// Entry of the process that takes the text out of one PDF: a thread reads it, and this thread watches how much memory that takes.
import { fileURLToPath } from 'node:url'
import { parentPort as thread, Worker, workerData } from 'node:worker_threads'
import type { FromPdfReader, ReadPdf } from './pdf-wire.ts'

/** A file of a few kilobytes can unpack to gigabytes: past this it is given up. Bytes beyond what was in use before. */
const memoryLimit = 512_000_000
/** Longer than unpacking that much takes is never waited between two looks. Milliseconds. */
const lookEvery = 20

const isReader: boolean = workerData?.readsPdf === true

if (isReader) void read(workerData as ReadPdf & { readsPdf: true }).then((said) => thread?.postMessage(said))
else listen()

/** Never throws: whatever the library throws is a PDF that cannot be read. */
async function read({ bytes, pages: most, characters }: ReadPdf): Promise<FromPdfReader> {
  try {
    const { getResolvedPDFJS } = await import('unpdf')
    const { getDocument } = await getResolvedPDFJS()
    const document = await getDocument({
      data: new Uint8Array(bytes),
      // Nothing of a PDF is drawn or fetched, and no font of this computer is looked at; this library runs nothing of it.
      disableFontFace: true,
      useSystemFonts: false,
      disableAutoFetch: true,
      verbosity: 0,
    }).promise
    const parts: string[] = []
    let length = 0
    let readPages = 0
    while (readPages < Math.min(document.numPages, most) && length < characters) {
      const page = await document.getPage(readPages + 1)
      const { items } = await page.getTextContent()
      const words = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('')
      readPages += 1
      if (words.trim() !== '') parts.push(`[Page ${readPages}]\n${words.trim()}`)
      length += words.length
      page.cleanup()
    }
    return { type: 'text', text: parts.join('\n\n').slice(0, characters), pages: document.numPages, readPages }
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : ''
    if (name === 'PasswordException') return { type: 'refused', why: 'encrypted' }
    return { type: 'refused', why: thrown instanceof RangeError ? 'too-much' : 'broken' }
  }
}

/** Electron's utility processes have a port, threads another one, and a forked Node has the process itself. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

function listen(): void {
  const parent = (process as { parentPort?: ParentPort }).parentPort
  const send = (message: FromPdfReader) => {
    if (parent) parent.postMessage(message)
    else if (thread) thread.postMessage(message)
    else process.send?.(message)
  }
  if (parent) parent.on('message', ({ data }) => watch(data as ReadPdf, send))
  else if (thread) thread.on('message', (data) => watch(data as ReadPdf, send))
  else {
    process.on('message', (data) => watch(data as ReadPdf, send))
    process.on('disconnect', () => process.exit(0))
  }
  // A Ctrl+C in a terminal reaches every process of its group: this one ends when it is told to.
  if (!thread) process.on('SIGINT', () => undefined)
}

/** Tells exactly once how it went. */
function watch(asked: ReadPdf, send: (message: FromPdfReader) => void): void {
  const before = process.memoryUsage.rss()
  const worker = new Worker(fileURLToPath(import.meta.url), {
    workerData: { ...asked, readsPdf: true },
    resourceLimits: { maxOldGenerationSizeMb: memoryLimit / 1_000_000 },
    stdout: true,
    stderr: true,
  })
  let isTold = false
  const tell = (message: FromPdfReader) => {
    if (isTold) return
    isTold = true
    clearInterval(looking)
    send(message)
    void worker.terminate()
  }
  const looking = setInterval(() => {
    if (process.memoryUsage.rss() - before > memoryLimit) tell({ type: 'refused', why: 'too-much' })
  }, lookEvery)
  worker.on('message', (said) => tell(said as FromPdfReader))
  worker.on('error', (thrown) => {
    const isFull = (thrown as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY' || thrown instanceof RangeError
    tell({ type: 'refused', why: isFull ? 'too-much' : 'broken' })
  })
  worker.on('exit', () => tell({ type: 'refused', why: 'broken' }))
}
