// Where a session lies: its place, the archive, the trash, and nowhere any more.
import { ExpectedFailure } from '../../../shared/failure.ts'
import type { SessionSummary } from '../../../shared/session.ts'
import type { Events, Surroundings } from '../../contracts.ts'
import type { OpenSession } from './session-actor.ts'
import type { PlacedSession, SessionsFolder } from './sessions-folder.ts'
import type { Trash } from './trash.ts'

export interface MovesDependencies {
  folder: SessionsFolder
  trash: Trash
  events: Events
  surroundings: Surroundings
  open(place: PlacedSession): Promise<OpenSession>
  summaryOf(session: OpenSession): Promise<SessionSummary>
  tellChanged(session: OpenSession): Promise<SessionSummary>
  /** Puts into the log what a crash or a full disk kept out of it. */
  recover(): Promise<void>
  /** The same for an answer that is whole in memory; throws when there is still no room. */
  recordLate(): Promise<void>
  /** The session is gone, and what was kept for it in memory with it. */
  forget(): void
}

export function sessionMoves(sessionId: string, dependencies: MovesDependencies) {
  const { folder, trash, events, surroundings, open, tellChanged, recover } = dependencies

  /** A session that cannot be read can be deleted all the same. */
  async function titleForTrash(): Promise<string> {
    try {
      return (await dependencies.summaryOf(await open(await folder.find(sessionId)))).title
    } catch (thrown) {
      if (thrown instanceof ExpectedFailure) return ''
      throw thrown
    }
  }

  return {
    async archive(): Promise<SessionSummary> {
      return await tellChanged(await open(await folder.archive(sessionId, surroundings.now())))
    },
    async restore(): Promise<SessionSummary> {
      const place = await folder.restore(sessionId)
      await recover()
      return await tellChanged(await open(place))
    },
    async delete(permanently: boolean): Promise<void> {
      if (permanently) await folder.remove(sessionId)
      else {
        // What waits for room on the disk belongs to what can be restored.
        await dependencies.recordLate()
        await trash.put(sessionId, await titleForTrash())
      }
      dependencies.forget()
      events.emit('sessions.removed', { sessionId })
    },
    async takeFromTrash(): Promise<SessionSummary> {
      // A draft without its session is a left-over and must not keep it away.
      await recover()
      await trash.restore(sessionId)
      await recover()
      return await tellChanged(await open(await folder.find(sessionId)))
    },
  }
}
