// The library of skills as long as the window: read when it is first wanted, and again when something in it has changed.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Answer, Failure } from '../../shared/failure.ts'
import { failures } from '../../shared/messages/failures.ts'
import type { SkillLibrary, SkillRoot, SkillSummary, SkillUse } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { type Filter, inOrderOfName } from './shown.ts'

export interface SkillsState {
  /** null until it was read once. Its skills are in the order in which they are shown. */
  library: SkillLibrary | null
  failure: Failure | null
  /** Since when it is being read, or null. Milliseconds of the page's clock. */
  readingSince: number | null
  /** The person waited no longer for it. */
  isStopped: boolean
  /** Folders that had skills in them and are not there, or not to be read, any more. */
  lost: readonly SkillRoot[]
  /** The session whose folder's skills are among them. */
  sessionId: string | null
  text: string
  filter: Filter
  /** The skill whose details are shown, or where Carrel looks. */
  shown: { key: string } | 'roots' | null
  uses: ReadonlyMap<string, SkillUse>
  /** Counts up when what is known of uses may be old. */
  usesAge: number
}

export interface Skills {
  store: StoreApi<SkillsState>
  bridge: Bridge
  /** Reads what has not been read yet. */
  want(): void
  load(): Promise<void>
  /** Waits no longer for what is being read; what was read before stays. */
  stop(): void
  /** Looks at every folder again. */
  rescan(): Promise<Answer<SkillLibrary>>
  forSession(sessionId: string | null): void
  /** Null when there is no skill of this key. */
  find(key: string): SkillSummary | null
  /** `skill` is what the person was shown. */
  setEnabled(skill: SkillSummary, on: boolean): Promise<Answer<SkillSummary>>
  /** Asks what became of a skill, unless that is known. */
  wantUse(key: string): void
}

export function createSkills(bridge: Bridge): Skills {
  const store = createStore<SkillsState>(() => ({
    library: null,
    failure: null,
    readingSince: null,
    isStopped: false,
    lost: [],
    sessionId: null,
    text: '',
    filter: 'all',
    shown: null,
    uses: new Map(),
    usesAge: 0,
  }))
  const { getState: state, setState: set } = store
  let reading: AbortController | null = null
  let isWanted = false
  /** When each use was asked for, by the age of what is known. */
  const askedUses = new Map<string, number>()
  let asksUses: Promise<void> = Promise.resolve()

  async function read(channel: 'skills.library' | 'skills.rescan'): Promise<Answer<SkillLibrary>> {
    reading?.abort()
    const own = new AbortController()
    reading = own
    isWanted = true
    const { sessionId } = state()
    set((before) => ({ readingSince: before.readingSince ?? performance.now(), isStopped: false }))
    const answer = await bridge.call(channel, { sessionId }, own.signal)
    if (own.signal.aborted) return answer
    reading = null
    const failure = answer.ok ? learn(answer.value) : answer.failure
    set({ failure, readingSince: null })
    return answer
  }

  /** What cannot be shown leaves what was shown before. */
  function learn({ roots, skills }: SkillLibrary): Failure | null {
    try {
      set(({ library, lost }) => ({
        library: { roots, skills: inOrderOfName(skills) },
        lost: lostOf([...(library?.roots ?? []), ...lost], roots),
      }))
      return null
    } catch (thrown) {
      // Not by what shared/failure.ts has for it: that would bring a library into the window's first script.
      return { code: 'internal', message: failures.internal, detail: String(thrown).slice(0, 20_000) }
    }
  }

  async function load() {
    await read('skills.library')
  }

  function find(key: string): SkillSummary | null {
    return state().library?.skills.find((skill) => skill.key === key) ?? null
  }

  function outdateUses() {
    set((before) => ({ usesAge: before.usesAge + 1 }))
  }

  bridge.on('skills.changed', () => {
    if (isWanted) void load()
  })
  bridge.on('trust.changed', () => {
    if (isWanted) void load()
  })
  bridge.on('run.ended', outdateUses)
  bridge.on('sessions.removed', outdateUses)

  return {
    store,
    bridge,
    want() {
      if (!isWanted) void load()
    },
    load,
    stop() {
      if (reading === null) return
      reading.abort()
      reading = null
      set({ readingSince: null, failure: null, isStopped: true })
    },
    rescan: () => read('skills.rescan'),
    forSession(sessionId) {
      if (state().sessionId === sessionId) return
      // Another folder's skills are others, and none was lost.
      set({ sessionId, lost: [] })
      if (isWanted) void load()
    },
    find,
    async setEnabled(skill, on) {
      const answer = await bridge.call('skills.setEnabled', { key: skill.key, on, hash: skill.hash })
      if (answer.ok) {
        const changed = answer.value
        set(({ library }) => ({
          library: library && {
            ...library,
            skills: library.skills.map((one) => (one.key === changed.key ? changed : one)),
          },
        }))
      }
      // Also after a refusal: what is shown is then not what is there.
      void load()
      return answer
    },
    wantUse(key) {
      const { usesAge } = state()
      if (askedUses.get(key) === usesAge) return
      askedUses.set(key, usesAge)
      // One after the other: a person who scrolls through hundreds must not keep the others waiting.
      asksUses = asksUses.then(async () => {
        const answer = await bridge.call('skills.use', { key })
        if (answer.ok) set(({ uses }) => ({ uses: new Map(uses).set(key, answer.value) }))
      })
    },
  }
}

/** Those that skills were found in, and that are gone now. */
function lostOf(before: readonly SkillRoot[], now: readonly SkillRoot[]): SkillRoot[] {
  return before.filter(({ path, state, found }, at) => {
    const isFirst = before.findIndex((one) => one.path === path && one.found > 0) === at
    const there = now.find((one) => one.path === path)
    const isGone = there !== undefined && (there.state === 'missing' || there.state === 'unreadable')
    return isFirst && found > 0 && isGone && state !== there.state
  })
}
