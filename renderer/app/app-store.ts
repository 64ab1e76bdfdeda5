// What holds for the whole window: settings, the server, where one is, what must be said.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Failure } from '../../shared/failure.ts'
import type { AppState, Notice } from '../../shared/ipc.ts'
import type { HostState } from '../../shared/model.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import type { Bridge } from './bridge.ts'

export type Place = 'chat' | 'search' | 'skills' | 'settings' | 'activity' | 'ledger' | 'trash' | 'import' | 'models'

export interface WindowState {
  version: string
  home: string
  platform: AppState['platform']
  settings: Settings
  host: HostState
  isLooking: boolean
  readOnly: Failure | null
  notices: readonly Notice[]
  place: Place
  /** The sidebar of a wide window. */
  isSidebarShown: boolean
  /** The sidebar that lies over a narrow window. */
  isSidebarCalled: boolean
  /** The session panel of a wide window. */
  isPanelShown: boolean
  /** The session panel that lies over a window without room for it. */
  isPanelCalled: boolean
  /** Counts up when the panel shall take the focus; nobody goes into it by himself when it is 0. */
  toPanel: number
  /** Counts up when the field of the search page shall take the focus. */
  toSearch: number
  /** Counts up when the field of the Skills page shall take the focus. */
  toSkills: number
  /** The person chose to go on without a server or a model; forgotten when there is one. */
  wentOn: boolean
  /** The person has said where their first session works, or went on without that. */
  isWelcomed: boolean
  /** Models picked in the composer, by session id or `new`. */
  picked: ReadonlyMap<string, string>
}

export interface AppStore {
  store: StoreApi<WindowState>
  look(): Promise<void>
  update(patch: SettingsPatch): Promise<Failure | null>
  go(place: Place): void
  dismiss(noticeId: string): void
  /** The first pages have done their part, for good. */
  welcome(): void
  pick(key: string, model: string): void
  /** A session has begun: what was picked for it is kept under its own id. */
  movePick(from: string, to: string): void
  /** Takes over the state of a main process that may have become another one's heir. */
  renew(fresh: AppState): void
}

export function createAppStore(bridge: Bridge, begin: AppState): AppStore {
  const { version, home, platform, settings, host, readOnly, notices } = begin
  const store = createStore<WindowState>(() => ({
    version,
    home,
    platform,
    settings,
    host,
    isLooking: false,
    readOnly,
    notices,
    place: 'chat',
    isSidebarShown: true,
    isSidebarCalled: false,
    isPanelShown: begin.isPanelShown,
    isPanelCalled: false,
    toPanel: 0,
    toSearch: 0,
    toSkills: 0,
    wentOn: false,
    isWelcomed: begin.isWelcomed,
    picked: new Map(),
  }))
  const { getState: state, setState: set } = store
  const dismissed = new Set<string>()

  function learn(next: HostState) {
    const hasModel = next.status === 'ready' && next.models.length > 0
    set({ host: next, ...(hasModel && { wentOn: false }) })
  }

  bridge.on('models.changed', learn)
  bridge.on('settings.changed', (changed) => set({ settings: changed }))
  bridge.on('app.notice', (notice) => {
    set({ notices: [...state().notices.filter((known) => known.id !== notice.id), notice] })
  })

  return {
    store,
    async look() {
      if (state().isLooking) return
      set({ isLooking: true })
      const answer = await bridge.call('models.refresh', {})
      set({ isLooking: false })
      if (answer.ok) learn(answer.value)
    },
    async update(patch) {
      const answer = await bridge.call('settings.update', patch)
      if (!answer.ok) return answer.failure
      set({ settings: answer.value })
      return null
    },
    go: (place) => set({ place, isSidebarCalled: false, isPanelCalled: false }),
    dismiss(noticeId) {
      dismissed.add(noticeId)
      set({ notices: state().notices.filter((notice) => notice.id !== noticeId) })
    },
    welcome() {
      if (state().isWelcomed) return
      set({ isWelcomed: true })
      void bridge.call('window.rememberWelcome', {})
    },
    pick: (key, model) => set({ picked: new Map(state().picked).set(key, model) }),
    movePick(from, to) {
      const picked = new Map(state().picked)
      const model = picked.get(from)
      if (model === undefined) return
      picked.delete(from)
      set({ picked: picked.set(to, model) })
    },
    renew(fresh) {
      const known = state().notices.filter((notice) => !fresh.notices.some((other) => other.id === notice.id))
      const news = fresh.notices.filter((notice) => !dismissed.has(notice.id))
      set({ settings: fresh.settings, readOnly: fresh.readOnly, notices: [...news, ...known] })
      learn(fresh.host)
    },
  }
}
