// Imports: logs of other programs, and of other Carrels, become sessions of this data folder. Nothing in them is ever run.
import { basename, dirname, join } from 'node:path'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'
import { expectedFailureOf } from '../../../shared/failure.ts'
import type { ImportProgress, ImportReport, LogChoice } from '../../../shared/importing.ts'
import { importFailures as failures } from '../../../shared/messages/importing.ts'
import { formatVersion, isMessage, type SessionRecord } from '../../../shared/session.ts'
import type { ImportedSession, Importing, Sessions, Surroundings } from '../../contracts.ts'
import type { ReadSession } from './conversation.ts'
import { createPace } from './pace.ts'
import type { ReadLog } from './read-log-file.ts'
import { type FoundFile, filesBelow } from './walk.ts'

export interface ImportingDeps {
  sessions: Pick<Sessions, 'adopt' | 'imported' | 'bytesOf'>
  /** A line as a session file is read. */
  recordsIn(line: Uint8Array): SessionRecord[]
  requireWritable(): void
  surroundings: Pick<Surroundings, 'newId' | 'appVersion' | 'log'>
}

type Read = Extract<ReadLog, { is: 'read' }>

/** How often it is told how far it is, in bytes. */
const toldEach = 1_048_576

export function createImporting({ sessions, recordsIn, requireWritable, surroundings }: ImportingDeps): Importing {
  let last: Promise<unknown> = Promise.resolve()

  async function importNow(
    paths: readonly string[],
    from: LogChoice,
    signal: AbortSignal,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport> {
    requireWritable()
    const report: ImportReport = { imported: [], skipped: [], failed: [], cancelled: false }
    const pace = createPace(signal)
    try {
      const files: FoundFile[] = []
      for (const path of new Set(paths)) {
        await filesBelow(path, pace).then(
          (found) => files.push(...found),
          (thrown) => fail(report, path, thrown, signal),
        )
      }
      const known = createKnown(await sessions.imported())
      const { readLogFile } = await import('./read-log-file.ts')
      const ofBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
      let read = 0
      for (const [index, file] of files.entries()) {
        let told = -toldEach
        let here = 0
        const tell = () =>
          onProgress({ files: index, of: files.length, bytes: Math.min(read + here, ofBytes), ofBytes })
        tell()
        const onBytes = (bytes: number) => {
          here += bytes
          if (here - told < toldEach) return
          told = here
          tell()
        }
        try {
          const log = await readLogFile(file.path, { from, signal, blobs: blobsBeside(file.path), recordsIn, onBytes })
          await takeOver(report, known, file, log, signal)
        } catch (thrown) {
          fail(report, file.path, thrown, signal)
          // A full disk is full for all of them.
          if (report.failed.at(-1)?.code === 'no-space') return report
        }
        read += file.bytes
      }
      onProgress({ files: files.length, of: files.length, bytes: ofBytes, ofBytes })
    } catch (thrown) {
      if (!signal.aborted) throw thrown
      report.cancelled = true
    }
    return report
  }

  async function takeOver(
    report: ImportReport,
    known: Known,
    file: FoundFile,
    log: ReadLog,
    signal: AbortSignal,
  ): Promise<void> {
    const source = file.path
    if (log.is === 'not-a-log') {
      if (file.isNamed) report.failed.push({ source, code: 'invalid-input', message: failures.notALog })
      else report.skipped.push({ source, from: null, reason: 'not-a-log', sessionId: null })
      return
    }
    if (log.is !== 'read') {
      const isNewer = log.is === 'newer'
      report.failed.push({
        source,
        code: isNewer ? 'denied' : 'limit',
        message: isNewer ? failures.newer : failures.tooLarge,
      })
      return
    }
    const skip = (reason: 'empty' | 'already-here' | 'already-imported', sessionId: string | null) =>
      report.skipped.push({ source, from: log.from, reason, sessionId })
    if (log.sessions.length === 0) {
      skip('empty', null)
      return
    }
    if (await isHere(log)) {
      skip('already-here', log.ownId)
      return
    }
    for (const [index, session] of log.sessions.entries()) {
      signal.throwIfAborted()
      const part = index + 1
      const same = known.same(log.sha256, part)
      if (same) {
        skip('already-imported', same.sessionId)
        continue
      }
      const id = surroundings.newId()
      const earlier = known.earlier(log.from, source, part)
      const records = recordsOf(id, session, log, source, part, surroundings.appVersion)
      const { blobIn, blobsFor } = await blobReader(source)
      const summary = await sessions.adopt({ id, records, blobOf: (name) => blobIn(blobsFor, name) })
      known.add({ sessionId: id, from: log.from, path: source, sha256: log.sha256, part, folder: session.folder })
      report.imported.push({
        source,
        from: log.from,
        sessionId: id,
        title: summary.title,
        entries: session.records.filter(isMessage).length,
        leftOut: session.leftOut,
        earlier: earlier?.sessionId ?? null,
      })
    }
  }

  /** The log is, or begins, the file of a session of this very folder: it was exported from here, or lies here. */
  async function isHere({ ownId, bytes, sha256, from }: Read): Promise<boolean> {
    if (ownId === null || from !== 'carrel') return false
    const own = await sessions.bytesOf(ownId).catch(() => null)
    if (own === null || own.length < bytes) return false
    const { createHash } = await import('node:crypto')
    return createHash('sha256').update(own.subarray(0, bytes)).digest('hex') === sha256
  }

  return {
    importFrom(paths, from, signal, onProgress = () => undefined) {
      const mine = last.then(() => importNow(paths, from, signal, onProgress))
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

/**
 * The folder it was worked in is told and nothing more: a session has the tools of its folder, and that somebody else's log names
 * one must not give them to it.
 */
export function recordsOf(
  id: string,
  { createdAt, folder, records }: ReadSession,
  { from, sha256 }: Pick<Read, 'from' | 'sha256'>,
  path: string,
  part: number,
  appVersion: string,
): SessionRecord[] {
  const imported = { from, path, sha256, ...(part > 1 && { part }), ...(folder !== null && { folder }) }
  const origin = { workspace: null, parentSession: null, forkedAt: null }
  return [
    { type: 'session', v: formatVersion, id, ts: createdAt, app: `carrel/${appVersion}`, ...origin },
    { type: 'meta', id: 'imported:meta', ts: createdAt, imported },
    ...records,
  ]
}

type Known = ReturnType<typeof createKnown>

function createKnown(sessions: readonly ImportedSession[]) {
  const byContent = new Map<string, ImportedSession>()
  const byPlace = new Map<string, ImportedSession>()
  const add = (one: ImportedSession) => {
    byContent.set(`${one.sha256}:${one.part}`, one)
    byPlace.set(`${one.from}:${one.part}:${one.path}`, one)
  }
  for (const one of sessions) add(one)
  return {
    add,
    same: (sha256: string, part: number) => byContent.get(`${sha256}:${part}`) ?? null,
    earlier: (from: string, path: string, part: number) => byPlace.get(`${from}:${part}:${path}`) ?? null,
  }
}

/** `<folder>/sessions/<id>.jsonl` has its blobs in `<folder>/blobs`; of an exported session they may lie beside it. */
export function blobsBeside(path: string): string {
  const folder = dirname(path)
  return join(basename(folder) === 'sessions' ? dirname(folder) : folder, 'blobs')
}

async function blobReader(path: string) {
  const { blobIn } = await import('./read-log-file.ts')
  return { blobIn, blobsFor: blobsBeside(path) }
}

/** Of one log; the others go on. */
function fail(report: ImportReport, source: string, thrown: unknown, signal: AbortSignal): void {
  if (signal.aborted) throw thrown
  const code = errorCode(thrown)
  if (code === 'ENOENT') report.failed.push({ source, code: 'not-found', message: failures.notThere })
  else if (code === 'ELOOP') report.failed.push({ source, code: 'denied', message: failures.isLink })
  else {
    const { failure } = expectedFailureOf(thrown) ?? readFailure(thrown, source)
    report.failed.push({ source, code: failure.code, message: failure.message })
  }
}
