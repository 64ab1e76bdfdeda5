// Looks at everything in the folder of sessions without changing anything, also while it is worked in.
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CheckedSession, CheckProgress, DataReport, OtherFile } from '../../../shared/data-report.ts'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'
import { sessionId as sessionIdSchema, sessionTitle } from '../../../shared/session.ts'
import { createPace, inspectLog, type Pace, type TornLine } from './inspect-log.ts'
import { sessionSuffixes, sessionsFolder } from './sessions-folder.ts'
import { headerOf, isNewer } from './summary.ts'

export type SessionsReport = Pick<DataReport, 'sessions' | 'others' | 'sameButCase'>

export interface Inspection {
  signal: AbortSignal
  onProgress(progress: CheckProgress): void
}

interface Place {
  id: string
  path: string
  archived: boolean
  /** What the file has when the names are read; it may have grown by the time it is opened. */
  bytes: number
}

interface Looked {
  place: Place
  session: CheckedSession
  /** Its last line, which may have been in the middle of being written; and when the file was changed last. */
  torn: (TornLine & { changed: number }) | null
}

/** A file that changed within this time may be in the middle of a write. Milliseconds. */
const freshMs = 2_000
/** A line that was caught half written is whole, or has grown, after this time. Milliseconds. */
const secondLookMs = 150

/**
 * One file after the other, so that looking costs the memory of one line, with pauses in which everybody else has their
 * turn. Throws when the folder cannot be read, and when the signal is aborted.
 */
export async function inspectSessions(home: string, { signal, onProgress }: Inspection): Promise<SessionsReport> {
  const pace = createPace(signal)
  const { places, others } = await sortNames(sessionsFolder(home).path, pace)
  const ofBytes = places.reduce((sum, { bytes }) => sum + bytes, 0)
  const paths = new Set(places.map(({ path }) => path))
  const looked: Looked[] = []
  let before = 0
  const tell = (files: number, bytes: number) =>
    onProgress({ files, of: places.length, bytes: Math.min(bytes, ofBytes), ofBytes })
  tell(0, 0)
  for (const [index, place] of places.entries()) {
    const onBytes = (bytes: number) => tell(index, before + bytes)
    const found = await lookAt(place, pace, onBytes)
    const moved = movedPlace(place, home)
    const one = found ?? (paths.has(moved.path) ? null : await lookAt(moved, pace, onBytes))
    if (one) looked.push(one)
    before += place.bytes
    tell(index + 1, before)
    if (pace.isDue()) await pace.pause()
  }
  await lookAgain(looked, pace, signal)
  return {
    sessions: withShadows(looked.map(({ session }) => session)),
    others,
    sameButCase: sameButCase(looked.map(({ session }) => session.id)),
  }
}

/** Which names are those of sessions, and what else there is. */
async function sortNames(folder: string, pace: Pace): Promise<{ places: Place[]; others: OtherFile[] }> {
  const names = await readdir(folder).catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return []
    throw readFailure(thrown, folder)
  })
  const known = new Set(names)
  const places: Place[] = []
  const others: OtherFile[] = []
  for (const name of names.sort()) {
    const path = join(folder, name)
    // Anything but a file is not opened: what waits for a writer would never answer.
    const found = await stat(path).catch(() => lstat(path).catch(() => null))
    if (pace.isDue()) await pace.pause()
    if (!found) continue
    const archived = name.endsWith(sessionSuffixes.archived)
    const id = idIn(name, archived ? sessionSuffixes.archived : sessionSuffixes.live)
    const draftOf = idIn(name, sessionSuffixes.draft)
    if (id !== null && found.isFile()) places.push({ id, path, archived, bytes: found.size })
    else if (draftOf === null) others.push({ name, kind: 'other', bytes: found.isFile() ? found.size : 0 })
    else if (![sessionSuffixes.live, sessionSuffixes.archived].some((suffix) => known.has(`${draftOf}${suffix}`))) {
      others.push({ name, kind: 'draft', bytes: found.size })
    }
  }
  return { places, others }
}

function idIn(name: string, suffix: string): string | null {
  if (!name.endsWith(suffix)) return null
  return sessionIdSchema.safeParse(name.slice(0, -suffix.length)).data ?? null
}

function copyOf(id: string): CheckedSession['copy'] {
  if (id.includes('.repaired')) return 'repaired'
  return id.includes('.conflict') ? 'conflict' : null
}

/** Null when it has gone since its name was read. */
async function lookAt(place: Place, pace: Pace, onBytes: (bytes: number) => void): Promise<Looked | null> {
  const { id, archived, path } = place
  const begin = { id, archived, shadowed: false, beingWritten: false, copy: copyOf(id) }
  try {
    const { telling, torn, ...found } = await inspectLog(path, pace, onBytes)
    const state = found.records === 0 ? 'damaged' : isNewer(headerOf(telling)) ? 'readonly' : 'ok'
    const session: CheckedSession = { ...begin, ...found, title: sessionTitle(telling), state, failure: null }
    return { place, session, torn: torn && { ...torn, changed: (await stat(path)).mtimeMs } }
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    // Cancelled, or a bug: what a file system refuses has a code.
    if (errorCode(thrown) === undefined) throw thrown
    const { message } = readFailure(thrown, path)
    const none = { records: 0, badLines: 0, skippedBytes: 0, missingBlobs: 0 }
    const nothing = { ...none, title: '', diagnostics: [], diagnosticsLeftOut: 0 }
    const unreadable = { state: 'unreadable', bytes: place.bytes, lastGood: null, endsWhole: true } as const
    return { place, session: { ...begin, ...nothing, ...unreadable, failure: message }, torn: null }
  }
}

/** It was archived or restored meanwhile, or it is gone. */
function movedPlace({ id, archived, bytes }: Place, home: string): Place {
  const suffix = archived ? sessionSuffixes.live : sessionSuffixes.archived
  return { id, path: sessionsFolder(home).placeOf(id, suffix), archived: !archived, bytes }
}

/** A last line that was caught half written is no damage: whoever grew since then is read once more. */
async function lookAgain(looked: Looked[], pace: Pace, signal: AbortSignal): Promise<void> {
  const torn = looked.filter((one) => one.torn !== null)
  const youngest = Math.max(0, ...torn.map((one) => one.torn?.changed ?? 0))
  if (Date.now() - youngest < freshMs) {
    await wait(secondLookMs, undefined, { signal }).catch(() => undefined)
    await pace.pause()
  }
  for (const one of torn) {
    const now = await stat(one.place.path).catch(() => null)
    if (!now || (now.size === one.session.bytes && now.mtimeMs === one.torn?.changed)) continue
    const again = await lookAt(one.place, pace, () => {})
    if (!again) continue
    one.session = again.torn ? withoutTorn(again.session, again.torn) : again.session
  }
}

/** Still half written, and still growing: what is there of the line is on its way and not lost. */
function withoutTorn(session: CheckedSession, torn: TornLine): CheckedSession {
  const diagnostics = session.diagnostics.filter(({ offset }) => offset < torn.offset)
  return {
    ...session,
    beingWritten: true,
    state: session.state === 'damaged' ? 'ok' : session.state,
    diagnostics,
    badLines: session.badLines - torn.badLines,
    skippedBytes: session.skippedBytes - torn.skippedBytes,
  }
}

function withShadows(sessions: readonly CheckedSession[]): CheckedSession[] {
  const live = new Set(sessions.filter(({ archived }) => !archived).map(({ id }) => id))
  return sessions.map((session) => ({ ...session, shadowed: session.archived && live.has(session.id) }))
}

function sameButCase(ids: readonly string[]): string[][] {
  const groups = new Map<string, Set<string>>()
  for (const id of ids) {
    const folded = id.toLowerCase()
    groups.set(folded, (groups.get(folded) ?? new Set()).add(id))
  }
  return [...groups.values()].filter(({ size }) => size > 1).map((group) => [...group])
}
