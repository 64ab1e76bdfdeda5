// Logs that stay where they are: each is read into a session of the cache, which can be opened and found, and never written to.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, lstat, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { type LogChoice, logKinds, type MountedLogs } from '../../../shared/importing.ts'
import { logSessionPrefix } from '../../../shared/log-session.ts'
import { importFailures as failures } from '../../../shared/messages/importing.ts'
import type { SessionRecord } from '../../../shared/session.ts'
import type { Home, Mounts, Sessions, Surroundings } from '../../contracts.ts'
import { blobsBeside, recordsOf } from './importing.ts'
import { createPace } from './pace.ts'
import { type FoundFile, filesBelow } from './walk.ts'

export interface MountsDeps {
  home: Home
  sessions: Pick<Sessions, 'mirror' | 'dropMirrors'>
  recordsIn(line: Uint8Array): SessionRecord[]
  surroundings: Pick<Surroundings, 'now' | 'appVersion' | 'log'>
}

const mountsName = 'mounts.json'
/** What is in the cache, and of which state of which log. May be deleted at any moment. */
const cacheName = 'cache/logs.json'
/** Nobody notices a log that is found so much later; a search with every key does not look at every file. */
const freshMs = 10_000

const mount = z.object({ path: z.string().min(1), kind: z.enum(['auto', ...logKinds]), addedAt: z.iso.datetime() })
const mountsFile = z.object({ mounts: z.array(mount) })
type Mount = z.infer<typeof mount>

const seen = z.object({ mount: z.string(), state: z.string(), sessions: z.array(z.string()) })
const cacheFile = z.object({ version: z.literal(1), app: z.string(), logs: z.record(z.string(), seen) })
type Seen = z.infer<typeof seen>

export function createMounts({ home, sessions, recordsIn, surroundings }: MountsDeps): Mounts {
  let last: Promise<unknown> = Promise.resolve()
  let lookedAt = Number.NEGATIVE_INFINITY

  /** One after the other: two must not write the same sessions. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  async function mounted(): Promise<Mount[]> {
    const text = await home.read(mountsName)
    if (text === null) return []
    const parsed = mountsFile.safeParse(json(text))
    if (!parsed.success) throw new ExpectedFailure('damaged', failures.mountsDamaged)
    return parsed.data.mounts
  }

  async function cached(): Promise<Map<string, Seen>> {
    const parsed = cacheFile.safeParse(json((await home.read(cacheName).catch(() => null)) ?? ''))
    // Another version may read the same log in another way.
    const isOurs = parsed.success && parsed.data.app === surroundings.appVersion
    return new Map(isOurs ? Object.entries(parsed.data.logs) : [])
  }

  async function keep(known: ReadonlyMap<string, Seen>): Promise<void> {
    await mkdir(join(home.path, 'cache'), { recursive: true, mode: 0o700 })
    const cache = { version: 1, app: surroundings.appVersion, logs: Object.fromEntries(known) }
    await home.write(cacheName, `${JSON.stringify(cache)}\n`)
  }

  async function look(signal: AbortSignal): Promise<boolean> {
    const mounts = await mounted()
    const known = await cached()
    const pace = createPace(signal)
    let hasChanged = false
    const there = new Set<string>()
    for (const { path, kind } of mounts) {
      let files: FoundFile[]
      try {
        files = await filesBelow(path, pace)
      } catch (thrown) {
        signal.throwIfAborted()
        surroundings.log(`${path} cannot be looked at: ${String(thrown)}`)
        // A disk that is not there just now takes nothing away.
        for (const [log, { mount }] of known) if (mount === path) there.add(log)
        continue
      }
      for (const file of files) {
        await pace.turn()
        const state = await stateOf(file.path, kind)
        if (state === null || there.has(file.path)) continue
        there.add(file.path)
        const before = known.get(file.path)
        if (before?.state === state) continue
        const ids = await mirror(file.path, kind, signal).catch((thrown) => {
          signal.throwIfAborted()
          surroundings.log(`${file.path} was not read: ${String(thrown)}`)
          return [] as string[]
        })
        await sessions.dropMirrors((before?.sessions ?? []).filter((id) => !ids.includes(id)))
        known.set(file.path, { mount: path, state, sessions: ids })
        hasChanged = true
      }
    }
    for (const [log, { sessions: ids }] of [...known]) {
      if (there.has(log)) continue
      await sessions.dropMirrors(ids)
      known.delete(log)
      hasChanged = true
    }
    if (hasChanged) await keep(known)
    lookedAt = performance.now()
    return hasChanged
  }

  async function mirror(path: string, from: LogChoice, signal: AbortSignal): Promise<string[]> {
    const { blobIn, readLogFile } = await import('./read-log-file.ts')
    const blobs = blobsBeside(path)
    const log = await readLogFile(path, { from, signal, blobs, recordsIn })
    if (log.is !== 'read') return []
    const ids: string[] = []
    for (const [index, session] of log.sessions.entries()) {
      const id = idOf(path, index + 1)
      const records = recordsOf(id, session, log, path, index + 1, surroundings.appVersion)
      await sessions.mirror({ id, records, blobOf: (name) => blobIn(blobs, name) })
      ids.push(id)
    }
    return ids
  }

  async function list(): Promise<MountedLogs[]> {
    const known = await cached()
    const states: MountedLogs[] = []
    for (const { path, kind } of await mounted()) {
      const own = [...known.values()].filter(({ mount }) => mount === path)
      const sessions = own.reduce((sum, one) => sum + one.sessions.length, 0)
      states.push({ path, kind, sessions, trouble: await troubleOf(path) })
    }
    return states
  }

  return {
    list,
    mount: (given, kind, signal) =>
      inTurn(async () => {
        home.requireWritable()
        const path = resolve(given)
        await lstat(path).catch((thrown) => {
          const isGone = errorCode(thrown) === 'ENOENT'
          throw isGone ? new ExpectedFailure('not-found', failures.notThere) : readFailure(thrown, path)
        })
        const others = (await mounted()).filter((one) => one.path !== path)
        const mounts = [...others, { path, kind, addedAt: surroundings.now().toISOString() }]
        await home.write(mountsName, `${JSON.stringify({ mounts }, null, 2)}\n`)
        await look(signal)
        return await list()
      }),
    unmount: (given, signal) =>
      inTurn(async () => {
        home.requireWritable()
        const path = resolve(given)
        const before = await mounted()
        const mounts = before.filter((one) => one.path !== path)
        if (mounts.length === before.length) throw new ExpectedFailure('not-found', failures.notMounted)
        await home.write(mountsName, `${JSON.stringify({ mounts }, null, 2)}\n`)
        await look(signal)
        return await list()
      }),
    refresh: (signal) =>
      inTurn(async () => {
        if (home.readOnly || performance.now() - lookedAt < freshMs) return false
        // Who has mounted nothing and never has pays for two small looks at the disk.
        if ((await mounted()).length === 0 && (await cached()).size === 0) return false
        return await look(signal)
      }),
  }
}

/** The same log has the same sessions, whatever it says by now: what was found in it stays to be found. */
function idOf(path: string, part: number): string {
  return `${logSessionPrefix}${createHash('sha256').update(`${part} ${path}`).digest('hex').slice(0, 24)}`
}

/** Null when it has gone since its name was read. */
async function stateOf(path: string, kind: LogChoice): Promise<string | null> {
  const found = await lstat(path, { bigint: true }).catch(() => null)
  return found && `${found.size} ${found.mtimeNs} ${found.ino} ${kind}`
}

/** Why it cannot be looked at now; null when it can. */
async function troubleOf(path: string): Promise<string | null> {
  try {
    await access(path, constants.R_OK)
    return null
  } catch (thrown) {
    return errorCode(thrown) === 'ENOENT' ? failures.mountGone : readFailure(thrown, path).failure.message
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
