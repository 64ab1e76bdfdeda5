// The entries that fit a filter, live; and over all of the ledger, whether another computer was reached.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { LedgerFilter, Output } from '../../shared/ipc.ts'
import type { LedgerEntry, LedgerKind } from '../../shared/ledger.ts'
import type { Bridge } from '../app/bridge.ts'

export type Span = 'all' | 'day' | 'week' | 'month'

export interface Wanted {
  kind: LedgerKind | null
  sessionId: string | null
  span: Span
}

export const everything: Wanted = { kind: null, sessionId: null, span: 'all' }

const dayMs = 86_400_000
const spans: Record<Exclude<Span, 'all'>, number> = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs }

/** As the wall takes it; the beginning of a span moves on with the clock. */
export function filterOf({ kind, sessionId, span }: Wanted): LedgerFilter {
  return {
    ...(kind !== null && { kind }),
    ...(sessionId !== null && { sessionId }),
    ...(span !== 'all' && { since: new Date(Date.now() - spans[span]).toISOString() }),
  }
}

export interface Ledger {
  entries: readonly LedgerEntry[]
  more: boolean
  /** Of the whole ledger, whatever is listed. */
  reached: Output<'ledger.list'>['reached']
  badLines: number
  fault: Failure | null
}

export function useLedger(bridge: Bridge, wanted: Wanted, limit: number) {
  const [ledger, setLedger] = useState<Ledger | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  /** Of the reading that counts: an earlier one that answers late shows nothing. */
  const turn = useRef(0)
  const isReading = useRef(false)
  const isStale = useRef(false)

  const read = useCallback(async () => {
    turn.current += 1
    const own = turn.current
    isReading.current = true
    do {
      isStale.current = false
      const filter = filterOf(wanted)
      const [listed, whole] = await Promise.all([
        bridge.call('ledger.list', { ...filter, limit }),
        // The sentence about this computer is about all of it.
        Object.keys(filter).length > 0 ? bridge.call('ledger.list', { limit: 1 }) : null,
      ])
      if (own !== turn.current) return
      const failed = listed.ok ? whole : listed
      setFailure(failed && !failed.ok ? failed.failure : null)
      if (listed.ok && (whole === null || whole.ok)) {
        setLedger({ ...listed.value, reached: (whole ?? listed).value.reached })
      }
    } while (isStale.current)
    isReading.current = false
  }, [bridge, wanted, limit])

  useEffect(() => {
    void read()
    return bridge.on('ledger.added', (entry) => {
      // A host changes more than the list; and what is being read just now may have been read without this.
      if (isReading.current) isStale.current = true
      else if (entry.kind === 'host') void read()
      else setLedger((known) => known && withEntry(known, entry, wanted))
    })
  }, [bridge, read, wanted])

  return { ledger, failure, read }
}

/** Nothing is taken from the end: every line keeps its place, and what somebody has opened in it. */
function withEntry(known: Ledger, entry: LedgerEntry, { kind, sessionId }: Wanted): Ledger {
  if ((kind !== null && entry.kind !== kind) || (sessionId !== null && entry.sessionId !== sessionId)) return known
  return { ...known, entries: [entry, ...known.entries] }
}
