// Backups of the data folder while it is in use, and what a restored one waits for: one at a time.
import { ExpectedFailure, expectedFailureOf } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import type { Backup, Events, Home, Sessions, Surroundings } from '../../contracts.ts'

export interface BackupDependencies {
  home: Pick<Home, 'path' | 'requireWritable' | 'stage' | 'exchange' | 'read'>
  events: Pick<Events, 'emit'>
  surroundings: Pick<Surroundings, 'now' | 'appVersion' | 'log'>
  /** Blobs that sessions named a moment ago stay until this is called back: they come last into a backup. */
  keepBlobs: Sessions['keepBlobs']
}

/** A front draws no faster than this. */
const betweenPushesMs = 100

export function createBackup({ home, events, surroundings, keepBlobs }: BackupDependencies): Backup {
  const archive = () => import('./archive.ts')
  let isWorking = false

  async function alone<Value>(work: () => Promise<Value>): Promise<Value> {
    if (isWorking) throw new ExpectedFailure('busy', words.alreadyWorking)
    isWorking = true
    try {
      return await work()
    } catch (thrown) {
      throw expectedFailureOf(thrown) ?? thrown
    } finally {
      isWorking = false
    }
  }

  function progressOf(progressId: string | null): (bytes: number, ofBytes: number) => void {
    let last = 0
    return (bytes, ofBytes) => {
      const now = performance.now()
      if (progressId === null || (now - last < betweenPushesMs && bytes < ofBytes)) return
      last = now
      events.emit('backup.progress', { progressId, bytes, ofBytes })
    }
  }

  return {
    write: (path, { mayReplace, progressId }, signal) =>
      alone(async () => {
        const { writeBackup } = await archive()
        const release = keepBlobs()
        try {
          return await writeBackup({
            home: home.path,
            path,
            mayReplace,
            app: surroundings.appVersion,
            now: surroundings.now(),
            signal,
            onProgress: progressOf(progressId),
          })
        } finally {
          release()
        }
      }),
    inspect: (path) =>
      alone(async () => {
        const { inspectBackup } = await archive()
        return await inspectBackup(path)
      }),
    restore: (path, { withRights, progressId }, signal) =>
      alone(async () => {
        home.requireWritable()
        const { stageBackup } = await archive()
        const staged = await home.stage()
        const contents = await stageBackup({
          path,
          into: staged.path,
          withRights,
          present: (name) => home.read(name),
          signal,
          onProgress: progressOf(progressId),
        })
        const { kept } = await home.exchange(staged.name, withRights)
        return { ...contents, kept }
      }),
  }
}
