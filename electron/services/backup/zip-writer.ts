// A zip file, written as a stream: one entry after the other, and never more of a file in memory than a piece.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

const pieceBytes = 262_144
/** Smaller files are given as a whole: the streams of a file cost more than they are worth there. */
const smallBytes = 65_536
/** So many of them are on their way at once. */
const mostSmall = 128
/** Text becomes a fifth with this, and most of the time is the disk's. */
const compressionLevel = 3

export interface Source {
  path: string
  /** Exactly so many bytes, from the beginning of the file. */
  bytes: number
  changed: Date
  runs: boolean
}

export interface ZipWriter {
  /** Answers the hash of its bytes, as hex. What is behind `bytes` stays out; throws when there are fewer. */
  add(source: Source, handle: FileHandle, onBytes: (bytes: number) => void): Promise<string>
  addText(path: string, text: string, changed: Date): Promise<void>
  /** It is on the disk when this resolves. Answers its size. */
  end(): Promise<number>
  /** Gives up; what was written is for the caller to take away. */
  abandon(): Promise<void>
}

/** `path` must not be there. */
export async function writeZip(path: string, signal: AbortSignal): Promise<ZipWriter> {
  const zip = new ZipFile()
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  signal.addEventListener('abort', stop, { once: true })
  // Opened first: whether it may be written there is known before anything is read.
  const target = await open(path, 'wx', 0o600)
  const written = writeAll(zip.outputStream, target, stopped.signal)
  /** What went wrong at the other end, which the source that is being read hears of. */
  let fault: Error | null = null
  let current: Readable | null = null
  const fail = (thrown: unknown) => {
    fault ??= thrown instanceof Error ? thrown : new Error(String(thrown))
    current?.destroy(fault)
    zip.outputStream.destroy(fault)
  }
  written.catch(fail)
  zip.on('error', fail)
  /** The library looks through its list for each entry: with a hundred thousand in it, that would be most of the work. */
  const before: unknown[] = []

  const optionsOf = ({ changed, runs }: Omit<Source, 'path' | 'bytes'>) => ({
    mtime: changed,
    mode: runs ? 0o100700 : 0o100600,
    compressionLevel,
  })
  let small = 0

  async function addStream(path: string, source: Readable, about: Omit<Source, 'path'>) {
    if (fault) throw fault
    current = source
    zip.addReadStreamLazy(path, { ...optionsOf(about), size: about.bytes }, (done) => {
      // Asked for it is when everything before it is written.
      before.push(...zip.entries.splice(0, zip.entries.length - 1))
      small = 0
      done(null, source)
    })
    await finished(source, { writable: false })
  }

  async function addWhole(path: string, content: Buffer, about: Omit<Source, 'path'>) {
    // One of them goes the other way, and so waits for those before it.
    if (++small > mostSmall) return await addStream(path, Readable.from([content], { objectMode: false }), about)
    if (fault) throw fault
    zip.addBuffer(content, path, optionsOf(about))
  }

  return {
    async add(source, handle, onBytes) {
      const hash = createHash('sha256')
      const content = pieces(handle, source.bytes, hash, onBytes)
      if (source.bytes <= smallBytes) await addWhole(source.path, await buffer(content), source)
      else await addStream(source.path, Readable.from(content, { objectMode: false }), source)
      return hash.digest('hex')
    },
    async addText(path, text, changed) {
      const content = Buffer.from(text)
      const source = Readable.from([content], { objectMode: false })
      await addStream(path, source, { bytes: content.length, changed, runs: false })
    },
    async end() {
      zip.entries = [...before, ...zip.entries]
      zip.end()
      await written
      signal.removeEventListener('abort', stop)
      await target.sync()
      const { size } = await target.stat()
      await target.close()
      return size
    },
    async abandon() {
      signal.removeEventListener('abort', stop)
      stopped.abort()
      fail(new Error('the backup was given up'))
      await written.catch(() => undefined)
      await target.close().catch(() => undefined)
    },
  }
}

async function writeAll(stream: Readable, target: FileHandle, signal: AbortSignal): Promise<void> {
  for await (const piece of stream as AsyncIterable<Buffer>) {
    signal.throwIfAborted()
    await target.writeFile(piece)
  }
}

async function* pieces(
  handle: FileHandle,
  bytes: number,
  hash: ReturnType<typeof createHash>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let position = 0; position < bytes; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, bytes - position))
    const { bytesRead } = await handle.read(piece, 0, piece.length, position)
    if (bytesRead === 0) throw new Error('a file became shorter while it was read')
    position += bytesRead
    hash.update(piece.subarray(0, bytesRead))
    onBytes(bytesRead)
    yield piece.subarray(0, bytesRead)
  }
}
