// Everything that lives as long as the window: the bridge, the stores of the rooms, and what leads from one to another.
import type { Failure } from '../../shared/failure.ts'
import type { AppState, Bridge } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { SearchHit } from '../../shared/search.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import { tourModel } from '../../shared/tour-names.ts'
import { type Chat, createChat, newDraft } from '../chat/index.ts'
import { createSearch, type Search } from '../search/index.ts'
import {
  type ActId,
  type BulkActs,
  createBulkActs,
  createSessionActs,
  createSessions,
  inListOrder,
  type Removal,
  type SessionActs,
  type Sessions,
} from '../sessions/index.ts'
import { createSkills, type Skills } from '../skills/index.ts'
import { createTrash, type Trash } from '../trash/index.ts'
import { createToasts, type Toasts } from '../ui/toasts.tsx'
import { type AppStore, createAppStore } from './app-store.ts'

/** A closed menu has given the focus back, and the list has found its own, by then. Milliseconds. */
const focusSettles = 300

export interface House {
  bridge: Bridge
  app: AppStore
  chat: Chat
  sessions: Sessions
  acts: SessionActs
  bulkActs: BulkActs
  trash: Trash
  search: Search
  skills: Skills
  toasts: Toasts
  /** At its end; with an entry, at that, and the words marked that one came for. */
  openSession(sessionId: string, at?: { entryId: string; terms?: readonly string[] | undefined }): void
  /** What a person knows a session by, also one in the trash; null when there is none of this id. */
  titleOf(sessionId: string): string | null
  beginSession(): void
  /** The first session works in this folder; null is in none. */
  beginIn(folder: string | null): void
  /** The session before or after the open one, in the order of the list. */
  stepSession(step: 1 | -1): void
  /** Lets the person write a new name for the open session, in the list. */
  renameSession(isNarrow: boolean): void
  /** Does something with the open session, as its menu does. */
  actOnOpen(id: ActId): void
  /** Has the model summarise the open session. */
  compactSession(): void
  /** To the search page; with a text, that is searched. */
  openSearch(text?: string): void
  /** To where it was found. */
  openHit(hit: SearchHit): void
  /** Lets the person select several, in the list. */
  selectSessions(isNarrow: boolean): void
  openSkills(): void
  /** A new session in which a model is told of this skill and of no other. */
  trySkill(skill: SkillSummary): void
  tryNone(): void
  /** In the session that the next message begins this skill is on or off; null: as for all. */
  beginWithSkill(name: string, on: boolean | null): void
  openSettings(): void
  openTrash(): void
  toggleSidebar(isNarrow: boolean): void
  /** `isOver`: there is no room beside the transcript, so it lies over it. */
  togglePanel(isOver: boolean): void
  /** Shows it and gives it the focus. */
  callPanel(isOver: boolean): void
}

export function createHouse(bridge: Bridge, begin: AppState): House {
  const app = createAppStore(bridge, begin)
  const sessions = createSessions(bridge, begin.listView)
  const trash = createTrash(bridge)
  const search = createSearch(bridge)
  const skills = createSkills(bridge)
  const toasts = createToasts()
  const acts = createSessionActs({
    bridge,
    sessions,
    showToast: toasts.show,
    modifier: begin.platform === 'darwin' ? words.modifiers.mac : words.modifiers.other,
    readOnly: () => app.store.getState().readOnly,
    onTakenBack: comeBack,
  })
  const bulkActs = createBulkActs({ bridge, sessions, showToast: toasts.show, onTakenBack: comeBack })
  /** The open session that was deleted, and what is shown in its place. */
  let left: { sessionId: string; shown: string | null } | null = null
  const chat = createChat(bridge, {
    drafts: begin.drafts,
    attached: begin.attached,
    onShown: (sessionId) => void bridge.call('window.remember', { lastSessionId: sessionId }),
    onBegun(sessionId) {
      app.movePick(newDraft, sessionId)
      app.welcome()
    },
    titleOf: (sessionId) => titleIn(sessions.store.getState().sessions, sessionId),
    watchReplays: sessions.watchReplays,
    pathOf: (file) => window.carrelWire?.pathOf(file) ?? '',
  })

  function titleIn(listed: readonly { id: string; title: string }[], sessionId: string): string | null {
    const found = listed.find(({ id }) => id === sessionId)
    return found ? found.title || words.untitled : null
  }

  function openSession(sessionId: string, at?: { entryId: string; terms?: readonly string[] | undefined }) {
    app.go('chat')
    // The entry takes the focus.
    if (at) return void chat.open(sessionId, at)
    if (chat.store.getState().sessionId !== sessionId) void chat.open(sessionId)
    chat.focusComposer()
  }

  /** A session that has gone since last time is no reason for an error: a new one is begun instead. */
  async function openLast(sessionId: string): Promise<'open' | 'gone'> {
    await chat.open(sessionId)
    const { openFailure, sessionId: shown } = chat.store.getState()
    if (openFailure?.code !== 'not-found' || shown !== sessionId) return 'open'
    chat.begin()
    return 'gone'
  }

  /** The open session was deleted: the next one in the list takes its place, and what was not sent there waits for it. */
  async function leave({ session, heir, isOwn }: Removal) {
    if (chat.store.getState().sessionId !== session.id) return
    if (heir === null) chat.begin()
    else void chat.open(heir)
    left = { sessionId: session.id, shown: heir }
    // Who deleted it here knows where the focus goes.
    if (isOwn) return
    keepFocus()
    await tellGone(session)
  }

  /** Deleted by somebody else. */
  async function tellGone(session: Removal['session']) {
    await trash.load()
    const isInTrash = trash.store.getState().trashed.some(({ id }) => id === session.id)
    acts.tellDeleted(session, isInTrash)
  }

  /** Undone: back to where one was, unless one has gone on from there. */
  function comeBack(sessionId: string) {
    const isWaited = left?.sessionId === sessionId && chat.store.getState().sessionId === left.shown
    if (isWaited) void chat.open(sessionId)
    keepFocus()
  }

  /** What had the focus has gone with the session; the list takes care of its own rows. */
  function keepFocus() {
    setTimeout(() => {
      const isLost = document.activeElement === document.body
      if (isLost && app.store.getState().place === 'chat') chat.focusComposer()
    }, focusSettles)
  }

  function openInList() {
    const { sessionId } = chat.store.getState()
    return sessions.store.getState().sessions.find(({ id }) => id === sessionId) ?? null
  }

  async function beginTrying({ key, hash, name, isAccepted }: SkillSummary) {
    // To try it is a yes to what is there now, and does not switch it on for all.
    const accepted = isAccepted ? null : await bridge.call('skills.accept', { key, hash })
    if (accepted && !accepted.ok) return void toasts.show({ text: accepted.failure.message, tone: 'fault' })
    house.beginSession()
    chat.choose({ ...chat.store.getState().choice, onlySkill: name })
  }

  /** Sessions in which a skill was tried and that were left: the main process throws them away, and here that is told. */
  const leftTried = new Set<string>()

  function showPanel(isOver: boolean, isShown: boolean) {
    if (isOver) return app.store.setState({ isPanelCalled: isShown })
    app.store.setState({ isPanelShown: isShown })
    void bridge.call('window.rememberPanel', { isShown })
  }

  const house: House = {
    bridge,
    app,
    chat,
    sessions,
    acts,
    bulkActs,
    trash,
    search,
    skills,
    toasts,
    openSession,
    titleOf: (sessionId) =>
      titleIn(sessions.store.getState().sessions, sessionId) ?? titleIn(trash.store.getState().trashed, sessionId),
    beginSession() {
      app.go('chat')
      if (chat.store.getState().sessionId !== null) chat.begin()
      chat.focusComposer()
    },
    beginIn(folder) {
      if (folder !== null) chat.choose({ ...chat.store.getState().choice, workspace: folder })
      app.welcome()
      chat.focusComposer()
    },
    stepSession(step) {
      const { sessions: all, view } = sessions.store.getState()
      const listed = inListOrder(all, view.grouping).filter((session) => !session.archived)
      const at = listed.findIndex((session) => session.id === chat.store.getState().sessionId)
      const next = listed[at < 0 ? 0 : (at + step + listed.length) % listed.length]
      if (next) openSession(next.id)
    },
    renameSession(isNarrow) {
      const session = openInList()
      if (!session) return
      const mayRename = acts.of(session).every(({ id, notNow }) => id !== 'rename' || notNow === undefined)
      if (mayRename) app.store.setState(isNarrow ? { isSidebarCalled: true } : { isSidebarShown: true })
      void acts.perform('rename', session)
    },
    actOnOpen(id) {
      // What is not seen must not be changed by a key.
      const session = app.store.getState().place === 'chat' ? openInList() : null
      if (session) void acts.perform(id, session).then((isDone) => isDone && id === 'delete' && keepFocus())
      else toasts.show({ text: words.sessions.noneOpen, tone: 'fault' })
    },
    compactSession() {
      const session = app.store.getState().place === 'chat' ? openInList() : null
      if (session) void chat.compact(app.store.getState().picked.get(session.id) ?? null, '', null)
      else toasts.show({ text: words.sessions.noneOpen, tone: 'fault' })
    },
    openSearch(text) {
      app.go('search')
      if (text !== undefined) search.want({ text })
      app.store.setState((before) => ({ toSearch: before.toSearch + 1 }))
    },
    openHit({ sessionId, entryId, snippet, ranges }) {
      if (entryId === null) return openSession(sessionId)
      const terms = [...new Set(ranges.map(([from, to]) => snippet.slice(from, to)))]
      openSession(sessionId, { entryId, terms })
    },
    selectSessions(isNarrow) {
      app.store.setState(isNarrow ? { isSidebarCalled: true } : { isSidebarShown: true })
      sessions.beginSelecting()
    },
    openSkills() {
      app.go('skills')
      app.store.setState((before) => ({ toSkills: before.toSkills + 1 }))
    },
    trySkill(skill) {
      void beginTrying(skill)
    },
    beginWithSkill(name, on) {
      const { choice } = chat.store.getState()
      const { [name]: _, ...others } = choice.skills
      chat.choose({ ...choice, skills: on === null ? others : { ...others, [name]: on } })
    },
    tryNone: () => chat.choose({ ...chat.store.getState().choice, onlySkill: null }),
    openSettings: () => app.go('settings'),
    openTrash: () => app.go('trash'),
    toggleSidebar(isNarrow) {
      const { isSidebarShown, isSidebarCalled } = app.store.getState()
      app.store.setState(isNarrow ? { isSidebarCalled: !isSidebarCalled } : { isSidebarShown: !isSidebarShown })
    },
    togglePanel(isOver) {
      const { isPanelShown, isPanelCalled, place } = app.store.getState()
      const isShown = place === 'chat' && (isOver ? isPanelCalled : isPanelShown)
      app.go('chat')
      app.store.setState({ toPanel: 0 })
      // What has the focus goes with it.
      if (isShown && document.activeElement?.closest('.panel')) chat.focusComposer()
      showPanel(isOver, !isShown)
    },
    callPanel(isOver) {
      app.store.setState((before) => ({ toPanel: before.toPanel + 1 }))
      showPanel(isOver, true)
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
    const { sessionId, session } = chat.store.getState()
    void sessions.load()
    void trash.load()
    if (sessionId === null || (await openLast(sessionId)) === 'open') return
    left = { sessionId, shown: null }
    await tellGone({ id: sessionId, title: session?.title ?? '' })
  }

  /** What is before the person's eyes is not unread. */
  function look() {
    const { sessionId } = chat.store.getState()
    const isSeen = app.store.getState().place === 'chat' && document.hasFocus()
    if (sessionId !== null && isSeen) sessions.looked(sessionId)
  }
  for (const store of [chat.store, app.store, sessions.store]) store.subscribe(look)
  window.addEventListener('focus', look)

  bridge.on('window.openSession', ({ sessionId, at }) => openSession(sessionId, at))
  bridge.on('access.changed', ({ readOnly }) => void takeOver(readOnly))
  sessions.onRemoved((removal) => {
    void leave(removal)
    const { session, isOwn } = removal
    if (leftTried.delete(session.id) && !isOwn) acts.tellDeleted(session, true)
  })
  // The list is what one sees first; what is in the trash, and which skills there are, can wait until that stands.
  void sessions.load().then(() => {
    // Who has sessions from before the first pages were made needs none of them.
    if (sessions.store.getState().sessions.some(({ model }) => model !== tourModel)) app.welcome()
    requestIdleCallback(
      () => {
        void trash.load()
        skills.want()
      },
      { timeout: 1_000 },
    )
  })
  chat.store.subscribe(({ sessionId }) => skills.forSession(sessionId))
  chat.store.subscribe(({ sessionId }, before) => {
    if (before.sessionId !== null && before.sessionId !== sessionId && before.skills.only !== null) {
      leftTried.add(before.sessionId)
    }
  })
  chat.focusComposer()
  if (begin.lastSessionId !== null) void openLast(begin.lastSessionId)
  return house
}
