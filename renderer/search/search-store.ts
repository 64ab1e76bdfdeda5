// What is searched for and what was found, as long as the window: who comes back from a hit finds the others.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Failure } from '../../shared/failure.ts'
import type { IndexStatus, SearchAnswer, SearchQuery } from '../../shared/search.ts'
import type { Bridge } from '../app/bridge.ts'

export type Texts = 'all' | 'question' | 'answer' | 'tool'
export type Span = 'all' | 'week' | 'month' | 'year'

export interface Wanted {
  text: string
  texts: Texts
  span: Span
  folder: string | null
  archivedToo: boolean
}

export interface SearchState {
  wanted: Wanted
  answer: SearchAnswer | null
  failure: Failure | null
  /** Since when it is being searched, or null. Milliseconds of the page's clock. */
  askedAt: number | null
  index: IndexStatus | null
  isRebuilding: boolean
  /** Folders that were seen in answers until now. */
  folders: readonly string[]
}

export interface Search {
  store: StoreApi<SearchState>
  want(changed: Partial<Wanted>): void
  again(): void
  rebuild(): Promise<void>
}

/** As short as a finger needs for the next letter; an answer takes a few ms. */
const debounceMs = 90
const limit = 60
const dayMs = 86_400_000
const spans: Record<Exclude<Span, 'all'>, number> = { week: 7 * dayMs, month: 30 * dayMs, year: 365 * dayMs }

export const everything: Omit<Wanted, 'text'> = { texts: 'all', span: 'all', folder: null, archivedToo: true }

export function isFiltered({ texts, span, folder, archivedToo }: Wanted): boolean {
  return texts !== 'all' || span !== 'all' || folder !== null || !archivedToo
}

export function createSearch(bridge: Bridge): Search {
  const store = createStore<SearchState>(() => ({
    wanted: { text: '', ...everything },
    answer: null,
    failure: null,
    askedAt: null,
    index: null,
    isRebuilding: false,
    folders: [],
  }))
  const { getState: state, setState: set } = store
  let asking: AbortController | null = null
  let timer: number | undefined
  let isPartial = false
  let hasSettled = false

  async function ask(): Promise<void> {
    asking?.abort()
    const own = new AbortController()
    asking = own
    hasSettled = false
    const answer = await bridge.call('search.query', queryOf(state().wanted), own.signal)
    if (own.signal.aborted) return
    asking = null
    // What was not found while the index was being made may be found when it is whole.
    isPartial = answer.ok && answer.value.index.state === 'indexing'
    if (isPartial && hasSettled) askSoon(0)
    if (!answer.ok) {
      set({ failure: answer.failure, askedAt: null })
      return
    }
    const seen = answer.value.hits.flatMap(({ workspace }) => (workspace === null ? [] : [workspace]))
    set((before) => ({
      answer: answer.value,
      index: answer.value.index,
      failure: null,
      askedAt: null,
      folders: [...new Set([...before.folders, ...seen])].sort(),
    }))
  }

  function askSoon(delay: number): void {
    window.clearTimeout(timer)
    asking?.abort()
    asking = null
    if (state().wanted.text.trim() === '') {
      set({ answer: null, failure: null, askedAt: null })
      return
    }
    set((before) => ({ askedAt: before.askedAt ?? performance.now() }))
    timer = window.setTimeout(() => void ask(), delay)
  }

  bridge.on('index.changed', (index) => {
    set({ index })
    if (index.state !== 'ready') return
    hasSettled = true
    if (isPartial && asking === null) askSoon(0)
    isPartial = false
  })

  return {
    store,
    want(changed) {
      set(({ wanted }) => ({ wanted: { ...wanted, ...changed } }))
      askSoon('text' in changed ? debounceMs : 0)
    },
    again: () => askSoon(0),
    async rebuild() {
      set({ isRebuilding: true })
      const answer = await bridge.call('index.rebuild', {})
      set({ isRebuilding: false, ...(answer.ok ? { index: answer.value } : { failure: answer.failure }) })
      if (answer.ok) askSoon(0)
    },
  }
}

function queryOf({ text, texts, span, folder, archivedToo }: Wanted): SearchQuery {
  return {
    text,
    limit,
    scope: archivedToo ? 'all' : 'active',
    ...(texts === 'question' && { role: 'user' as const }),
    ...(texts === 'answer' && { role: 'assistant' as const, kind: 'message' as const }),
    ...(texts === 'tool' && { kind: 'tool' as const }),
    ...(folder !== null && { workspace: folder }),
    ...(span !== 'all' && { after: new Date(Date.now() - spans[span]).toISOString() }),
  }
}
