// All of one skill, read again whenever the library says something else of it.
import { useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { SkillDetails, SkillSummary } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'

export interface DetailsRead {
  /** Of another skill until this one is read, so that nothing flickers; null at first. */
  details: SkillDetails | null
  failure: Failure | null
  /** It is not there after a moment. */
  isSlow: boolean
  /** Takes what a change has answered, in place of reading it once more. */
  learn: (details: SkillDetails) => void
}

/** A reading that is over before is not announced. Milliseconds. */
const slowMs = 400

export function useDetails(bridge: Bridge, key: string, summary: SkillSummary | null): DetailsRead {
  const [details, setDetails] = useState<SkillDetails | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isSlow, setSlow] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever the summary says may have changed
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(() => setSlow(true), slowMs)
    void bridge.call('skills.details', { key }, controller.signal).then((answer) => {
      clearTimeout(timer)
      if (controller.signal.aborted) return
      setSlow(false)
      setFailure(answer.ok ? null : answer.failure)
      if (answer.ok) setDetails(answer.value)
    })
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [bridge, key, summary])
  return { details, failure, isSlow, learn: setDetails }
}
