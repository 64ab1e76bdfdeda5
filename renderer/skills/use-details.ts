// All of one skill, read again whenever the library says something else of it.
import { useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { SkillDetails, SkillSummary } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'

export interface DetailsRead {
  /** Of another skill until this one is read, so that nothing flickers; null at first. */
  details: SkillDetails | null
  failure: Failure | null
  /** Takes what a change has answered, in place of reading it once more. */
  learn: (details: SkillDetails) => void
}

export function useDetails(bridge: Bridge, key: string, summary: SkillSummary | null): DetailsRead {
  const [details, setDetails] = useState<SkillDetails | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever the summary says may have changed
  useEffect(() => {
    const controller = new AbortController()
    void bridge.call('skills.details', { key }, controller.signal).then((answer) => {
      if (controller.signal.aborted) return
      setFailure(answer.ok ? null : answer.failure)
      if (answer.ok) setDetails(answer.value)
    })
    return () => controller.abort()
  }, [bridge, key, summary])
  return { details, failure, learn: setDetails }
}
