// How sessions, and removed skills with them, go: into the trash, or for good with what lies on the desk for them; and a person's yes before a page may ask for that.
import { ExpectedFailure, type Failure } from '../../shared/failure.ts'
import type { TrashedSession } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Services, Surface } from '../contracts.ts'

interface Emptied {
  done: string[]
  failed: { id: string; failure: Failure }[]
}

export interface Going {
  intoTrash(sessionId: string): Promise<void>
  forGood(sessionId: string): Promise<void>
  empty(): Promise<Emptied>
  /** Asks the person first. No more goes than they were told of: what came in meanwhile is asked about anew. */
  emptyIfAgreed(surface: Surface, signal: AbortSignal): Promise<Emptied & { agreed: boolean }>
  /** Whether a session went for good, so that nothing may be kept for it any more. */
  isGone(sessionId: string): Promise<boolean>
}

export function createGoing({
  home,
  sessions,
  settings,
  checkpoints,
  skills,
  events,
  surroundings,
}: Omit<Services, 'surface'>): Going {
  const { trash } = sessions
  const gone = new Set<string>()
  const onTheWay = new Set<Promise<void>>()
  /** While the trash is being emptied nothing may come into it. */
  let emptying: Promise<unknown> | null = null
  let isAsking = false

  async function intoTrash(sessionId: string): Promise<void> {
    while (emptying !== null) await emptying
    const way = sessions.delete(sessionId, false)
    const settled = way.catch(() => undefined)
    onTheWay.add(settled)
    await settled
    onTheWay.delete(settled)
    await way
    await leave(sessionId)
  }

  /** The next start opens another one. */
  async function leave(sessionId: string): Promise<void> {
    if (settings.desk.lastSessionId() === sessionId) await settings.desk.rememberSession(null)
  }

  async function empty(trashedSkills: readonly string[] | null = null): Promise<Emptied> {
    const emptied = await trash.empty()
    // Also when none of the person's skills lies there, this is a wish about all of the trash.
    await skills.emptyTrash(trashedSkills)
    await forget(emptied.done)
    events.emit('trash.changed', {})
    return emptied
  }

  /** Empties only while everything in the trash is in `agreed`; null when more has come. */
  async function emptyOnly(
    agreed: readonly TrashedSession[],
    agreedSkills: readonly string[],
  ): Promise<Emptied | null> {
    const work = async () => {
      await Promise.all(onTheWay)
      const isAgreed = ({ id, deletedAt }: TrashedSession) =>
        agreed.some((one) => one.id === id && one.deletedAt === deletedAt)
      return (await trash.list()).every(isAgreed) ? await empty(agreedSkills) : null
    }
    const result = work()
    emptying = result.catch(() => undefined)
    try {
      return await result
    } finally {
      emptying = null
    }
  }

  /** Unsent and waiting words go with their session, unless it is still somewhere. */
  async function forget(sessionIds: readonly string[]): Promise<void> {
    try {
      const there = await stillThere()
      const left = sessionIds.filter((id) => !there.has(id))
      for (const id of left) gone.add(id)
      await settings.desk.forget(left)
      await checkpoints.forget(left)
    } catch (thrown) {
      // Better a text too many than one too few.
      surroundings.log(`drafts or changes of sessions that are gone were kept: ${String(thrown)}`)
    }
  }

  async function stillThere(): Promise<Set<string>> {
    const [{ sessions: listed }, trashed] = await Promise.all([sessions.list('all'), trash.list()])
    return new Set([...listed, ...trashed].map(({ id }) => id))
  }

  return {
    intoTrash,
    async forGood(sessionId) {
      await sessions.delete(sessionId, true)
      await leave(sessionId)
      await forget([sessionId])
    },
    empty,
    async emptyIfAgreed(surface, signal) {
      home.requireWritable()
      if (isAsking) throw new ExpectedFailure('busy', messages.failures.alreadyAsking)
      isAsking = true
      try {
        for (;;) {
          const told = await trash.list()
          const toldSkills = await skills.trashed()
          const bytes = [...told, ...toldSkills].reduce((sum, one) => sum + one.bytes, 0)
          if (told.length === 0 && toldSkills.length === 0) return { agreed: true, done: [], failed: [] }
          const asked = { sessions: told.length, skills: toldSkills.length, bytes }
          if (!(await surface.confirmEmptyTrash(asked, signal))) return { agreed: false, done: [], failed: [] }
          // Of skills exactly those go that were told of; what has come since stays.
          const skillIds = toldSkills.map(({ trashId }) => trashId)
          const emptied = await emptyOnly(told, skillIds)
          if (emptied) return { agreed: true, ...emptied }
        }
      } finally {
        isAsking = false
      }
    },
    async isGone(sessionId) {
      if (!gone.has(sessionId)) return false
      // A file of that name may have been put there again by hand.
      const isBack = await stillThere().then(
        (there) => there.has(sessionId),
        () => true,
      )
      if (isBack) gone.delete(sessionId)
      return !isBack
    },
  }
}
