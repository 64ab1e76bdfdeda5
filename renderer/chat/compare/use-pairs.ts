// The questions of a replay with both answers, read page by page as they come into sight.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../../shared/failure.ts'
import { pairsAtOnce } from '../../../shared/limits.ts'
import type { ReplayPair } from '../../../shared/replay.ts'
import type { Chat } from '../chat-store.ts'

export interface Pairs {
  of: number
  /** Places of the questions at which other calls were made. */
  differing: readonly number[]
  /** By their place; only those that were wanted. */
  known: ReadonlyMap<number, ReplayPair>
}

/** `asked`: how far the replay is. When that changes, all of it is read again while the old is shown. */
export function usePairs(chat: Chat, replayId: string, asked: number | null) {
  const [pairs, setPairs] = useState<Pairs | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const reading = useRef({ asked, pages: new Set<number>() })

  const want = useCallback(
    (place: number) => {
      if (reading.current.asked !== asked) reading.current = { asked, pages: new Set() }
      const mine = reading.current
      const from = place - (place % pairsAtOnce)
      if (mine.pages.has(from)) return
      mine.pages.add(from)
      void chat.replayPairs(replayId, from).then((answer) => {
        // A newer reading is on its way.
        if (reading.current !== mine) return
        if (!answer.ok) return setFailure(answer.failure)
        setFailure(null)
        const read = answer.value.pairs.map((pair, index) => [from + index, pair] as const)
        setPairs((before) => ({ ...answer.value, known: new Map([...(before?.known ?? []), ...read]) }))
      })
    },
    [chat, replayId, asked],
  )
  useEffect(() => want(0), [want])
  return { pairs, failure, want }
}
