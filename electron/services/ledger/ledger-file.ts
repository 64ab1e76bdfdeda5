// The ledger's file: lines are appended and synced, never changed; a line that was torn stays as one bad line.
import { open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { type LedgerEntry, ledgerEntry } from '../../../shared/ledger.ts'

const fileName = 'ledger.jsonl'
/** Older parts, by the time they were closed. */
const partName = /^ledger-[0-9TZ-]+\.jsonl$/
const newline = 0x0a

export interface LedgerReading {
  /** Oldest first. */
  entries: LedgerEntry[]
  badLines: number
}

/** Appends one line after the other; on the disk when this resolves. The file is of its owner only. */
export async function appendEntries(folder: string, entries: readonly LedgerEntry[]): Promise<void> {
  const handle = await open(join(folder, fileName), 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    // A line that a crash or a full disk cut off is ended first, so that it takes no other one with it.
    await handle.appendFile(size > 0 && (await lastByte(handle, size)) !== newline ? `\n${lines}` : lines)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function lastByte(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0]
}

/** When the file is that large, what comes next begins a new one; this one stays beside it and is read with it. */
export async function closePartWhenLarge(folder: string, bytes: number, now: Date): Promise<void> {
  const path = join(folder, fileName)
  const handle = await open(path, 'r').catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  })
  if (!handle) return
  const { size } = await handle.stat().finally(() => handle.close())
  if (size < bytes) return
  await rename(path, join(folder, `ledger-${now.toISOString().replace(/[:.]/g, '-')}.jsonl`))
}

/** All parts. A missing file is an empty one; lines that are no entries are counted. */
export async function readEntries(folder: string): Promise<LedgerReading> {
  const parts = (await readdir(folder).catch(emptyWhenMissing)).filter((name) => partName.test(name)).sort()
  const reading: LedgerReading = { entries: [], badLines: 0 }
  for (const name of [...parts, fileName]) {
    const text = await readFile(join(folder, name), 'utf8').catch((thrown) => emptyWhenMissing(thrown).join(''))
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue
      const entry = readLine(line)
      if (entry) reading.entries.push(entry)
      else reading.badLines += 1
    }
  }
  return reading
}

function emptyWhenMissing(thrown: unknown): string[] {
  if (errorCode(thrown) === 'ENOENT') return []
  throw thrown
}

function readLine(line: string): LedgerEntry | null {
  try {
    return ledgerEntry.parse(JSON.parse(line))
  } catch {
    return null
  }
}
