// One owner per data folder: `owner.lock` says who writes, and a dead owner's lock is taken over at once.
import { execFile } from 'node:child_process'
import { link, open, readFile, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const lockContent = z.looseObject({
  pid: z.number().int().positive(),
  /** When the process started, in the platform's own words; null where it cannot be known. */
  startTime: z.string().nullable(),
  host: z.string(),
  nonce: z.string(),
  /** Where a second process may attach; null while that is not offered. */
  socket: z.string().nullable(),
})
export type LockContent = z.infer<typeof lockContent>

export type LockAnswer = { held: true; release(): Promise<void> } | { held: false; by: LockContent | null }

const heartbeatMs = 10_000
const silentMs = 30_000

/**
 * Takes the lock of a data folder or says who has it. A lock of a process that is gone, or of another process with the
 * same number, is stale at once on this machine; a lock of another machine is stale after 30 s without a heartbeat.
 */
export async function takeOwnerLock(folder: string, nonce: string): Promise<LockAnswer> {
  const path = join(folder, 'owner.lock')
  const mine: LockContent = {
    pid: process.pid,
    startTime: await startTimeOf(process.pid),
    host: hostname(),
    nonce,
    socket: null,
  }
  for (let round = 0; round < 5; round++) {
    if (await place(path, mine)) return { held: true, release: keep(path, nonce) }
    const seen = await readLock(path)
    if (seen === 'gone') continue
    if (await isAlive(path, seen)) return { held: false, by: seen }
    await removeStale(path, seen, nonce)
  }
  const seen = await readLock(path)
  return { held: false, by: seen === 'gone' ? null : seen }
}

/** Who has the lock now, if its process is alive; null when nobody does. */
export async function liveOwner(folder: string): Promise<LockContent | null> {
  const path = join(folder, 'owner.lock')
  const seen = await readLock(path)
  return seen !== 'gone' && seen !== null && (await isAlive(path, seen)) ? seen : null
}

// The file appears with its whole content, so nobody ever reads half a lock.
async function place(path: string, content: LockContent): Promise<boolean> {
  const text = `${JSON.stringify(content)}\n`
  const prepared = `${path}.${content.nonce}`
  await writeFile(prepared, text, { mode: 0o600 })
  try {
    await link(prepared, path)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    // File systems without hard links (FAT, some network disks): exclusive creation is the next best.
    if (codeOf(thrown) !== 'EPERM' && codeOf(thrown) !== 'ENOTSUP' && codeOf(thrown) !== 'ENOSYS') throw thrown
    return await createExclusively(path, text)
  } finally {
    await unlink(prepared).catch(ignoreMissing)
  }
}

async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    throw thrown
  }
}

async function readLock(path: string): Promise<LockContent | null | 'gone'> {
  try {
    const parsed = lockContent.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.data : null
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return 'gone'
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

async function isAlive(path: string, lock: LockContent | null): Promise<boolean> {
  // A lock nobody can read, or one of another machine, is judged by its heartbeat alone.
  if (lock === null || lock.host !== hostname()) return (await silence(path)) < silentMs
  if (!processExists(lock.pid)) return false
  if (lock.startTime === null) return (await silence(path)) < silentMs
  const now = await startTimeOf(lock.pid)
  return now === null || now === lock.startTime
}

async function silence(path: string): Promise<number> {
  const handle = await open(path, 'r').catch(() => null)
  if (!handle) return Number.POSITIVE_INFINITY
  try {
    return Date.now() - (await handle.stat()).mtimeMs
  } finally {
    await handle.close()
  }
}

// Moved away first and looked at again: another process may have replaced the stale lock between our look and our hand.
async function removeStale(path: string, stale: LockContent | null, nonce: string): Promise<void> {
  const aside = `${path}.stale-${nonce}`
  try {
    await rename(path, aside)
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return
    throw thrown
  }
  const moved = await readLock(aside)
  if (moved !== 'gone' && moved !== null && moved.nonce !== stale?.nonce) {
    await link(aside, path).catch(() => undefined)
  }
  await unlink(aside).catch(ignoreMissing)
}

function keep(path: string, nonce: string): () => Promise<void> {
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, heartbeatMs)
  beat.unref()
  return async () => {
    clearInterval(beat)
    const seen = await readLock(path)
    if (seen !== 'gone' && seen?.nonce === nonce) await unlink(path).catch(ignoreMissing)
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    // EPERM: it exists and belongs to somebody else.
    return codeOf(thrown) === 'EPERM'
  }
}

/** Process numbers are used again, so a process is known by its number and its start. */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // The name in parentheses may hold spaces; the start time is field 22, the 20th after it.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
      return ticks === undefined ? null : `${boot.trim()}:${ticks}`
    }
    if (process.platform === 'darwin') {
      const { stdout } = await promisify(execFile)('/bin/ps', ['-o', 'lstart=', '-p', String(pid)])
      return stdout.trim() || null
    }
  } catch {
    return null
  }
  return null
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

function ignoreMissing(thrown: unknown): void {
  if (codeOf(thrown) !== 'ENOENT') throw thrown
}
