// What is looked at before it is installed: asked for, shown, and then installed or thrown away.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer, Failure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillInspection, SkillSummary } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'

const { looking: words, slow } = skillsPage.install

/** Where it is to come from. */
export type Wanted =
  | { from: 'folder' | 'archive' }
  | { from: 'git'; url: string }
  | { from: 'dropped'; name: string; files: { path: string; base64: string }[] }
  /** `isFetched`: from a host, rather than from this computer. */
  | { from: 'update'; key: string; isFetched: boolean }

export interface Looking {
  /** What is being waited for, in words. */
  said: string
  /** What is said when it takes long. */
  slow: string
  /** Milliseconds of the day. */
  since: number
}

export interface InspectionState {
  looking: Looking | null
  inspection: SkillInspection | null
  failure: Failure | null
  isInstalling: boolean
  /** What was asked last: it can be asked again. */
  wanted: Wanted | null
  /** The person has ended it; null otherwise. */
  ended: 'stopped' | 'not-reached' | null
}

const nothing: InspectionState = {
  looking: null,
  inspection: null,
  failure: null,
  isInstalling: false,
  wanted: null,
  ended: null,
}

export function useInspection(bridge: Bridge) {
  const [state, setState] = useState<InspectionState>(nothing)
  const asking = useRef<AbortController | null>(null)
  /** What lies in the staging folder because of this. */
  const staged = useRef<string | null>(null)

  const drop = useCallback(() => {
    asking.current?.abort()
    asking.current = null
    if (staged.current !== null) void bridge.call('skills.discard', { id: staged.current })
    staged.current = null
  }, [bridge])
  // Whoever leaves the page leaves nothing behind.
  useEffect(() => drop, [drop])

  const reset = useCallback(() => {
    drop()
    setState(nothing)
  }, [drop])

  const stop = useCallback(() => {
    drop()
    setState(({ wanted }) => ({ ...nothing, wanted, ended: 'stopped' }))
  }, [drop])

  const look = useCallback(
    async (wanted: Wanted) => {
      drop()
      const own = new AbortController()
      asking.current = own
      const asked = { ...nothing, wanted }
      setState({ ...asked, looking: { ...saidOf(wanted), since: Date.now() } })
      const answer = await ask(bridge, wanted, own.signal)
      if (own.signal.aborted) {
        // It came after all: nobody is there to see it.
        if (answer.ok && answer.value.inspection?.id) {
          void bridge.call('skills.discard', { id: answer.value.inspection.id })
        }
        return
      }
      asking.current = null
      if (!answer.ok) return setState({ ...asked, failure: answer.failure })
      const { inspection } = answer.value
      staged.current = inspection?.id ?? null
      // Who chose no folder knows that.
      const isRefused = inspection === null && (wanted.from === 'git' || wanted.from === 'update')
      setState({ ...asked, inspection, ended: isRefused ? 'not-reached' : null })
    },
    [bridge, drop],
  )

  const install = useCallback(
    async (overwriteEdits: boolean): Promise<SkillSummary | null> => {
      const id = staged.current
      if (id === null) return null
      setState((before) => ({ ...before, isInstalling: true, failure: null }))
      const answer = await bridge.call('skills.install', { id, overwriteEdits })
      if (!answer.ok) {
        setState((before) => ({ ...before, isInstalling: false, failure: answer.failure }))
        return null
      }
      staged.current = null
      setState(nothing)
      return answer.value
    },
    [bridge],
  )
  const fail = useCallback((failure: Failure) => setState({ ...nothing, failure }), [])
  return { ...state, look, stop, install, reset, fail }
}

async function ask(
  bridge: Bridge,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Answer<{ inspection: SkillInspection | null }>> {
  switch (wanted.from) {
    case 'folder':
    case 'archive':
      return await bridge.call('window.chooseSkill', { what: wanted.from }, signal)
    case 'git':
      return await bridge.call('skills.inspectGit', { url: wanted.url }, signal)
    case 'dropped':
      return await bridge.call('skills.inspectDropped', { name: wanted.name, files: wanted.files }, signal)
    case 'update':
      return await bridge.call('skills.inspectUpdate', { key: wanted.key }, signal)
  }
}

function saidOf(wanted: Wanted): Pick<Looking, 'said' | 'slow'> {
  switch (wanted.from) {
    case 'folder':
      return { said: words.folder, slow: slow.person }
    case 'archive':
      return { said: words.archive, slow: slow.person }
    case 'git':
      return { said: words.git(wanted.url), slow: slow.git }
    case 'dropped':
      return { said: words.dropped(wanted.name), slow: slow.disk }
    case 'update':
      return { said: words.update, slow: wanted.isFetched ? slow.git : slow.disk }
  }
}
