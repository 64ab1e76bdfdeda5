// What is on its way, as the main process tells it.
import { useCallback, useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { Pull } from '../../shared/pulls.ts'
import type { Bridge } from '../app/bridge.ts'

export interface Pulls {
  /** null until the first answer. */
  pulls: readonly Pull[] | null
  /** Why the last act, or the first reading, did not work. */
  failure: Failure | null
  /** Answers whether it is on the list now. */
  add(model: string): Promise<boolean>
  act(what: 'pause' | 'resume' | 'cancel', id: string): void
}

export function usePulls(bridge: Bridge): Pulls {
  const [pulls, setPulls] = useState<readonly Pull[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    const stop = bridge.on('pulls.changed', (told) => setPulls(told.pulls))
    const leaving = new AbortController()
    void bridge.call('pulls.list', {}, leaving.signal).then((answer) => {
      if (leaving.signal.aborted) return
      // What was pushed meanwhile is newer.
      if (answer.ok) setPulls((known) => known ?? answer.value.pulls)
      else setFailure(answer.failure)
    })
    return () => {
      stop()
      leaving.abort()
    }
  }, [bridge])

  const add = useCallback(
    async (model: string) => {
      setFailure(null)
      const answer = await bridge.call('pulls.add', { model })
      // A person who said no to the question knows.
      if (!answer.ok && answer.failure.code !== 'cancelled') setFailure(answer.failure)
      return answer.ok
    },
    [bridge],
  )

  const act = useCallback(
    (what: 'pause' | 'resume' | 'cancel', id: string) => {
      setFailure(null)
      void bridge.call(`pulls.${what}`, { id }).then((answer) => {
        if (!answer.ok) setFailure(answer.failure)
      })
    },
    [bridge],
  )

  return { pulls, failure, add, act }
}
