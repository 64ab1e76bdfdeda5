// Everything that lives as long as the window: the bridge, the stores of the rooms, and what leads from one to another.
import type { Failure } from '../../shared/failure.ts'
import type { AppState, Bridge } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import { type Chat, createChat, newDraft } from '../chat/index.ts'
import { createSessions, type Sessions } from '../sessions/index.ts'
import { type AppStore, createAppStore } from './app-store.ts'

export interface House {
  bridge: Bridge
  app: AppStore
  chat: Chat
  sessions: Sessions
  openSession(sessionId: string): void
  beginSession(): void
  /** The session before or after the open one, in the order of the list. */
  stepSession(step: 1 | -1): void
  /** Lets the person write a new name for the open session, in the list. */
  renameSession(isNarrow: boolean): void
  openSettings(): void
  toggleSidebar(isNarrow: boolean): void
}

export function createHouse(bridge: Bridge, begin: AppState): House {
  const app = createAppStore(bridge, begin)
  const sessions = createSessions(bridge)
  const chat = createChat(bridge, {
    drafts: begin.drafts,
    onShown: (sessionId) => void bridge.call('window.remember', { lastSessionId: sessionId }),
    onBegun: (sessionId) => app.movePick(newDraft, sessionId),
    titleOf(sessionId) {
      const found = sessions.store.getState().sessions.find(({ id }) => id === sessionId)
      return found ? found.title || words.untitled : null
    },
  })

  function openSession(sessionId: string) {
    app.go('chat')
    if (chat.store.getState().sessionId !== sessionId) void chat.open(sessionId)
    chat.focusComposer()
  }

  /** A session that has gone since last time is no reason for an error: a new one is begun instead. */
  async function openLast(sessionId: string) {
    await chat.open(sessionId)
    const { openFailure, sessionId: shown } = chat.store.getState()
    if (openFailure?.code === 'not-found' && shown === sessionId) chat.begin()
  }

  const house: House = {
    bridge,
    app,
    chat,
    sessions,
    openSession,
    beginSession() {
      app.go('chat')
      if (chat.store.getState().sessionId !== null) chat.begin()
      chat.focusComposer()
    },
    stepSession(step) {
      const listed = sessions.store.getState().sessions.filter((session) => !session.archived)
      const at = listed.findIndex((session) => session.id === chat.store.getState().sessionId)
      const next = listed[at < 0 ? 0 : (at + step + listed.length) % listed.length]
      if (next) openSession(next.id)
    },
    renameSession(isNarrow) {
      const { sessionId } = chat.store.getState()
      if (sessionId === null || app.store.getState().readOnly) return
      app.store.setState(isNarrow ? { isSidebarCalled: true } : { isSidebarShown: true })
      sessions.beginRename(sessionId)
    },
    openSettings: () => app.go('settings'),
    toggleSidebar(isNarrow) {
      const { isSidebarShown, isSidebarCalled } = app.store.getState()
      app.store.setState(isNarrow ? { isSidebarCalled: !isSidebarCalled } : { isSidebarShown: !isSidebarShown })
    },
  }

  /** Another process had the folder until now: what it wrote is not here yet. */
  async function takeOver(readOnly: Failure | null) {
    const fresh = await bridge.call('app.state', {})
    if (fresh.ok) {
      // First the texts: as soon as one may write, the composer shows them.
      chat.drafts.adopt(fresh.value.drafts)
      app.renew(fresh.value)
    } else app.store.setState({ readOnly })
    const { sessionId } = chat.store.getState()
    void sessions.load()
    if (sessionId !== null) void chat.open(sessionId)
  }

  bridge.on('access.changed', ({ readOnly }) => void takeOver(readOnly))
  void sessions.load()
  chat.focusComposer()
  if (begin.lastSessionId !== null) void openLast(begin.lastSessionId)
  return house
}
