// Sessions that were begun to try one skill: they go to the trash when nobody looks at them any more, whatever became of the window,
// unless something was done with them that says otherwise.
import type { Services } from '../contracts.ts'
import type { Going } from './going.ts'

export interface Tried {
  /** Resolves when those that a window has left behind, which was killed or closed, are in the trash. Never fails. */
  cleared: Promise<void>
  /** This one was begun to try a skill. */
  begun(sessionId: string): Promise<void>
  /** The window shows this session from here on, and no other one. */
  shows(sessionId: string | null): void
}

export function createTried(
  { home, settings, sessions, events, surroundings, surface }: Omit<Services, 'skills'>,
  going: Pick<Going, 'intoTrash'>,
): Tried {
  const { desk } = settings
  let shown: string | null = null

  /** Never fails: one that cannot go now is looked at again at the next start. */
  async function throwAway(sessionId: string): Promise<void> {
    try {
      if (home.readOnly || sessionId === shown || sessions.isRunning(sessionId)) return
      const { sessions: all } = await sessions.list('all')
      const session = all.find(({ id }) => id === sessionId)
      if (sessionId === shown) return
      if (session && !session.pinned && !session.archived) await going.intoTrash(sessionId)
      await desk.setTried(sessionId, false)
    } catch (thrown) {
      surroundings.log(`${sessionId} was not thrown away after its skill was tried: ${String(thrown)}`)
    }
  }

  async function clear(): Promise<void> {
    for (const sessionId of desk.tried()) await throwAway(sessionId)
  }

  const isTried = (sessionId: string) => desk.tried().includes(sessionId)
  events.on('run.ended', ({ sessionId }) => {
    if (isTried(sessionId) && sessionId !== shown) void throwAway(sessionId)
  })
  events.on('sessions.removed', ({ sessionId }) => {
    // Whoever brings it back wants to keep it.
    if (isTried(sessionId)) void desk.setTried(sessionId, false)
  })
  return {
    // Without a window nobody tries a skill, and nobody has left.
    cleared: surface === null || home.readOnly ? Promise.resolve() : clear(),
    begun: (sessionId) => desk.setTried(sessionId, true),
    shows(sessionId) {
      const left = shown
      shown = sessionId
      if (left !== null && left !== sessionId && isTried(left)) void throwAway(left)
    },
  }
}
