// What lies in the trash, read again whenever something came into it or left it, here or anywhere else.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Answer, Failure } from '../../shared/failure.ts'
import type { Output, TrashedSession } from '../../shared/ipc.ts'
import type { SessionSummary } from '../../shared/session.ts'
import type { TrashedSkill } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { withPlainTitle } from '../ui/plain-title.ts'

export interface TrashState {
  /** Newest first. */
  trashed: readonly TrashedSession[]
  /** Newest first; null until the page has asked for them: the rest of the window needs none of it. */
  skills: readonly TrashedSkill[] | null
  isLoaded: boolean
  failure: Failure | null
}

export interface Trash {
  store: StoreApi<TrashState>
  load(): Promise<void>
  /** What the page shows: removed skills, too. */
  loadAll(): Promise<void>
  restore(sessionId: string): Promise<Answer<SessionSummary>>
  takeBack(trashId: string): Promise<Answer<unknown>>
  /** The main process asks the person; nothing happens here before. */
  empty(): Promise<Answer<Output<'window.emptyTrash'>>>
}

export function createTrash(bridge: Bridge): Trash {
  const store = createStore<TrashState>(() => ({ trashed: [], skills: null, isLoaded: false, failure: null }))
  let loading: Promise<void> | null = null
  let isStale = false

  async function read() {
    do {
      isStale = false
      const answer = await bridge.call('trash.list', {})
      if (answer.ok) {
        store.setState({ trashed: answer.value.trash.map(withPlainTitle), isLoaded: true, failure: null })
      } else store.setState({ failure: answer.failure })
    } while (isStale)
    loading = null
  }

  /** However many changes come while it is being read, it is read once more. */
  function load(): Promise<void> {
    isStale = loading !== null
    loading ??= read()
    return loading
  }

  async function loadSkills(): Promise<void> {
    const answer = await bridge.call('skills.trash', {})
    if (answer.ok) store.setState({ skills: answer.value.skills })
    else store.setState({ failure: answer.failure })
  }

  const again = () => {
    if (store.getState().skills !== null) void loadSkills()
  }
  bridge.on('skills.changed', again)
  bridge.on('trash.changed', again)
  bridge.on('sessions.removed', () => void load())
  bridge.on('trash.changed', () => void load())
  bridge.on('sessions.changed', ({ id }) => {
    if (store.getState().trashed.some((one) => one.id === id)) void load()
  })

  return {
    store,
    load,
    async loadAll() {
      await load()
      await loadSkills()
    },
    async takeBack(trashId) {
      const answer = await bridge.call('skills.takeBack', { trashId })
      await loadSkills()
      return answer
    },
    async restore(sessionId) {
      const answer = await bridge.call('trash.restore', { sessionId })
      await load()
      return answer
    },
    async empty() {
      const answer = await bridge.call('window.emptyTrash', {})
      await load()
      await loadSkills()
      return answer
    },
  }
}
