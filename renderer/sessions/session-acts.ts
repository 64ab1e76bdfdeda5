// What can be done with a session, from its menu, by a key or from the native menu: each says what came of it in a toast.
import type { Failure } from '../../shared/failure.ts'
import { failures } from '../../shared/messages/failures.ts'
import { titleWords } from '../../shared/messages/titles.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import type { IconName } from '../ui/icon.tsx'
import type { ShowToast } from '../ui/toasts.tsx'
import type { ActId } from './act-keys.ts'
import type { Sessions } from './sessions-store.ts'

export interface SessionAct {
  id: ActId
  label: string
  icon: IconName
  /** As it is written on this platform. */
  shortcut?: string
  /** Why it cannot be done now. */
  notNow: string | undefined
}

export interface SessionActs {
  /** In the order of the menu. */
  of(session: SessionSummary): SessionAct[]
  /** True when it was done. `heir` is the session to go to when this one is deleted while it is open. */
  perform(id: ActId, session: SessionSummary, heir?: string | null): Promise<boolean>
  /** Begins a replay of it; answers the new session, or null when there is none, which is said. */
  replay(session: SessionSummary, model: string): Promise<string | null>
  /** Says that a session has been deleted; with a way back when it is in the trash. */
  tellDeleted(session: Titled, isInTrash: boolean): void
}

type Titled = Pick<SessionSummary, 'id' | 'title'>

export function createSessionActs(options: {
  bridge: Bridge
  sessions: Sessions
  showToast: ShowToast
  /** Name of the modifier key on this platform. */
  modifier: string
  /** Why nothing can be saved, or null. */
  readOnly: () => Failure | null
  /** A deletion was undone. */
  onTakenBack: (sessionId: string) => void
}): SessionActs {
  const { bridge, sessions, showToast, modifier } = options
  const isRunning = ({ id }: SessionSummary) => sessions.store.getState().runs.has(id)

  /** Pinning and renaming write into the file; moving it does not. */
  function whyUnwritable(session: SessionSummary): string | undefined {
    if (session.state === 'damaged') return failures.sessionDamaged
    if (session.state === 'readonly') return failures.sessionNewer
    return session.archived ? failures.sessionArchived : undefined
  }

  function of(session: SessionSummary): SessionAct[] {
    const readOnly = options.readOnly()?.message
    const unwritable = readOnly ?? whyUnwritable(session)
    const unmovable = (later: string) => readOnly ?? (isRunning(session) ? later : undefined)
    const { keys } = words.sessions
    return [
      { id: 'rename', label: words.sessions.rename, icon: 'pencil', shortcut: keys.rename, notNow: unwritable },
      {
        id: 'retitle',
        label: titleWords.suggest,
        icon: 'thought',
        notNow: unwritable ?? (sessions.store.getState().runs.size > 0 ? titleWords.busy : undefined),
      },
      {
        id: 'pin',
        label: session.pinned ? words.sessions.unpin : words.sessions.pin,
        icon: 'pin',
        shortcut: keys.pin(modifier),
        notNow: unwritable,
      },
      {
        id: 'archive',
        label: session.archived ? words.sessions.restore : words.sessions.archive,
        icon: 'archive',
        shortcut: keys.archive(modifier),
        notNow: unmovable(words.sessions.archiveLater),
      },
      // Reading is all it needs.
      { id: 'export', label: words.sessions.export, icon: 'export', notNow: undefined },
      {
        id: 'delete',
        label: words.sessions.delete,
        icon: 'trash',
        shortcut: keys.delete,
        notNow: unmovable(words.sessions.deleteLater),
      },
    ]
  }

  async function done(work: Promise<Failure | null>): Promise<boolean> {
    const failed = await work
    if (failed) showToast({ text: failed.message, tone: 'fault' })
    return failed === null
  }

  /** Takes as long as the model does; the way out of it stands beside the words. */
  async function retitle(session: SessionSummary): Promise<boolean> {
    const stop = new AbortController()
    const act = { label: titleWords.stop, run: () => stop.abort() }
    const close = showToast({ text: titleWords.asking(nameOf(session)), icon: 'thought', act })
    const answer = await bridge.call('sessions.suggestTitle', { sessionId: session.id }, stop.signal)
    close()
    if (answer.ok) showToast({ text: titleWords.suggested(answer.value.title), icon: 'pencil' })
    else showToast({ text: answer.failure.message, tone: answer.failure.code === 'cancelled' ? 'done' : 'fault' })
    return answer.ok
  }

  async function archive(session: SessionSummary): Promise<boolean> {
    if (!(await done(sessions.archive(session.id)))) return false
    const act = { label: words.undo, run: () => void done(sessions.restore(session.id)) }
    const close = showToast({
      text: words.sessions.archived(nameOf(session)),
      icon: 'archive',
      act,
      onClose: () => stop(),
    })
    // There is nothing to undo any more when it was restored or deleted in another way.
    const stop = sessions.store.subscribe(({ sessions: now }) => {
      if (!now.some(({ id, archived }) => id === session.id && archived)) close()
    })
    return true
  }

  async function takeBack(sessionId: string): Promise<void> {
    if (await done(sessions.takeBack(sessionId))) options.onTakenBack(sessionId)
  }

  function tellDeleted(session: Titled, isInTrash: boolean): void {
    if (!isInTrash) {
      showToast({ text: words.sessions.deletedForGood(nameOf(session)), icon: 'trash' })
      return
    }
    const act = { label: words.undo, run: () => void takeBack(session.id) }
    const text = words.sessions.deleted(nameOf(session))
    const close = showToast({ text, icon: 'trash', act, onClose: () => stop() })
    // There is nothing to undo any more when it was put back in another way, or is gone for good.
    const stopWatching = sessions.store.subscribe(({ sessions: now }) => {
      if (now.some(({ id }) => id === session.id)) close()
    })
    const stopListening = bridge.on('trash.changed', close)
    const stop = () => {
      stopWatching()
      stopListening()
    }
  }

  return {
    of,
    async replay(session, model) {
      const answer = await bridge.call('sessions.replay', { sessionId: session.id, model })
      if (answer.ok) return answer.value.sessionId
      showToast({ text: answer.failure.message, tone: 'fault' })
      return null
    },
    async perform(id, session, heir = null) {
      const notNow = of(session).find((act) => act.id === id)?.notNow
      if (notNow !== undefined) {
        showToast({ text: notNow, tone: 'fault' })
        return false
      }
      switch (id) {
        case 'rename':
          sessions.beginRename(session.id)
          return true
        case 'retitle':
          return await retitle(session)
        case 'pin':
          return await done(sessions.pin(session.id, !session.pinned))
        case 'archive':
          return session.archived ? await done(sessions.restore(session.id)) : await archive(session)
        case 'export': {
          const answer = await bridge.call('window.exportSession', { sessionId: session.id })
          if (!answer.ok) return await done(Promise.resolve(answer.failure))
          const { saved } = answer.value
          if (saved !== null) showToast({ text: words.sessions.exported(nameOf(session), saved), icon: 'export' })
          return saved !== null
        }
        case 'delete': {
          const isDone = await done(sessions.remove(session.id, heir))
          if (isDone) tellDeleted(session, true)
          return isDone
        }
        default:
          return id satisfies never
      }
    },
    tellDeleted,
  }
}

function nameOf({ title }: Titled): string {
  return title || words.untitled
}
