// One owner per data folder: `owner.lock` says who writes, and a dead owner's lock is taken over at once.
import { createHash } from 'node:crypto'
import { link, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { errorCode } from '../../../shared/disk-failure.ts'
import { lookAt } from './process-life.ts'

const lockContent = z.looseObject({
  pid: z.number().int().positive(),
  /** When the process started, in the platform's own words; null where it cannot be known. */
  startTime: z.string().nullable(),
  host: z.string(),
  nonce: z.string(),
  /** Where a second process may attach; null when that is not offered. */
  socket: z.string().nullable(),
})
export type LockContent = z.infer<typeof lockContent>

export type LockAnswer = { held: true; release(): Promise<void> } | { held: false; by: LockContent | null }

/** A lock as it lies on the disk; `content` is null when its text cannot be understood. */
interface SeenLock {
  text: string
  content: LockContent | null
}

const heartbeatMs = 10_000
const silentMs = 30_000
/** Rounds and the pause between them: a second in all for the takeover of a stale lock among many. */
const rounds = 100
const pauseMs = 10

/**
 * Takes the lock of a data folder or says who has it. A lock of a process that is gone, or of another process with the
 * same number, is stale at once on this machine; a lock of another machine is stale after 30 s without a heartbeat.
 */
export async function takeOwnerLock(folder: string, nonce: string, socket: string | null = null): Promise<LockAnswer> {
  const path = join(folder, 'owner.lock')
  const { startTime } = await lookAt(process.pid)
  const mine: LockContent = { pid: process.pid, startTime, host: hostname(), nonce, socket }
  for (let round = 0; round < rounds; round++) {
    if (await place(path, mine)) return { held: true, release: keep(path, nonce) }
    const seen = await readLock(path)
    if (!seen) continue
    if (await isAlive(path, seen)) return { held: false, by: seen.content }
    if (!(await removeStale(path, seen, mine))) await pause(pauseMs)
  }
  return { held: false, by: (await readLock(path))?.content ?? null }
}

/** Who has the lock now, if its process is alive; null when nobody does or nobody can tell. */
export async function liveOwner(folder: string): Promise<LockContent | null> {
  const path = join(folder, 'owner.lock')
  const seen = await readLock(path).catch(() => null)
  return seen && (await isAlive(path, seen)) ? seen.content : null
}

// The file appears with its whole content, so nobody ever reads half a lock.
async function place(path: string, content: LockContent): Promise<boolean> {
  const text = `${JSON.stringify(content)}\n`
  const prepared = `${path}.${content.nonce}`
  try {
    await writeFile(prepared, text, { mode: 0o600 })
    await link(prepared, path)
    return true
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') return false
    // File systems without hard links (FAT, some network disks): exclusive creation is the next best.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(thrown) ?? '')) throw thrown
    return await createExclusively(path, text)
  } finally {
    await unlink(prepared).catch(() => undefined)
  }
}

async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') return false
    throw thrown
  }
}

/** Null when there is no lock. */
async function readLock(path: string): Promise<SeenLock | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  }
  try {
    return { text, content: lockContent.safeParse(JSON.parse(text)).data ?? null }
  } catch {
    return { text, content: null }
  }
}

async function isAlive(path: string, { content }: SeenLock): Promise<boolean> {
  // A lock nobody can read, or one of another machine, is judged by its heartbeat alone.
  if (content === null || content.host !== hostname()) return await beats(path)
  const { exists, startTime } = await lookAt(content.pid)
  if (!exists) return false
  if (content.startTime === null) return await beats(path)
  return startTime === null || startTime === content.startTime
}

async function beats(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && Date.now() - found.mtimeMs < silentMs
}

/**
 * Takes a stale lock away. Between the look and the hand another process may have replaced it by a live one, so only
 * who holds the claim on exactly this lock may touch it, and looks again first. A claim is a lock like any other: one
 * that a crash left behind is stale and is taken away in the same manner. Answers whether it is worth trying at once.
 */
async function removeStale(path: string, stale: SeenLock, mine: LockContent): Promise<boolean> {
  const claim = `${path}.stale-${createHash('sha256').update(stale.text).digest('hex').slice(0, 16)}`
  if (!(await place(claim, mine))) {
    const held = await readLock(claim)
    return held !== null && !(await isAlive(claim, held)) && (await removeStale(claim, held, mine))
  }
  try {
    const seen = await readLock(path)
    if (seen?.text === stale.text && !(await isAlive(path, seen))) await unlink(path).catch(ignoreMissing)
    return true
  } finally {
    await unlink(claim).catch(ignoreMissing)
  }
}

function keep(path: string, nonce: string): () => Promise<void> {
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, heartbeatMs)
  beat.unref()
  return async () => {
    clearInterval(beat)
    if ((await readLock(path))?.content?.nonce === nonce) await unlink(path).catch(ignoreMissing)
  }
}

function ignoreMissing(thrown: unknown): void {
  if (errorCode(thrown) !== 'ENOENT') throw thrown
}
