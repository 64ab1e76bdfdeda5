// The ledger: whether anything has left this computer, and what has happened at the border, newest first.
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { ledgerPage as words } from '../../shared/messages/ledger-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import { wholeNumber } from '../ui/moments.ts'
import { LedgerFact } from './ledger-fact.tsx'
import { LedgerFilters } from './ledger-filters.tsx'
import { LedgerRow } from './ledger-row.tsx'
import { everything, filterOf, type Ledger, useLedger, type Wanted } from './use-ledger.ts'
import '../ui/exact.css'
import './ledger.css'

export interface LedgerPageProps {
  bridge: Bridge
  barStart: ReactNode
  /** What a person knows a session by; null when there is none of this id. */
  sessionTitle: (sessionId: string) => string | null
  onOpenSession: (sessionId: string) => void
}

/** As many as a page draws without being felt; more are asked for. */
const first = 200
const next = 500

export function LedgerPage(props: LedgerPageProps) {
  const { bridge } = props
  const heading = useRef<HTMLHeadingElement>(null)
  const [wanted, setWanted] = useState<Wanted>(everything)
  const [limit, setLimit] = useState(first)
  const { ledger, failure, read } = useLedger(bridge, wanted, limit)
  const saving = useExport(bridge)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const isFiltered = Object.keys(filterOf(wanted)).length > 0
  const want = (changed: Wanted) => {
    setWanted(changed)
    setLimit(first)
  }

  return (
    <>
      <header className="bar">
        {props.barStart}
        <h1 ref={heading} tabIndex={-1}>
          {words.title}
        </h1>
        <button type="button" className="button ledger-export" onClick={() => saving.ask(wanted)}>
          {words.export}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="ledger scroll" aria-label={words.region} aria-busy={ledger === null} tabIndex={0}>
        <div className="ledger-column">
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent>
              <button type="button" className="button" onClick={() => void read()}>
                {windowWords.tryAgain}
              </button>
            </FailureLine>
          )}
          {saving.failure && (
            <FailureLine
              sentence={saving.failure.message}
              detail={saving.failure.detail}
              detailLabel={windowWords.details}
              urgent
            />
          )}
          <p className="ledger-said" role="status">
            {saving.said !== null && <ExactText line text={saving.said} />}
          </p>
          {ledger && (
            <>
              <LedgerFact ledger={ledger} />
              {(ledger.entries.length > 0 || isFiltered) && (
                <LedgerFilters
                  wanted={wanted}
                  entries={ledger.entries}
                  sessionTitle={props.sessionTitle}
                  onChange={want}
                />
              )}
              <Entries {...props} ledger={ledger} isFiltered={isFiltered} onClear={() => want(everything)} />
              {ledger.more && (
                <div className="ledger-more">
                  <span className="faint">{words.moreNote(wholeNumber(ledger.entries.length))}</span>
                  <button type="button" className="button" onClick={() => setLimit(limit + next)}>
                    {words.more(wholeNumber(next))}
                  </button>
                </div>
              )}
            </>
          )}
        </div>
      </section>
    </>
  )
}

function Entries(props: LedgerPageProps & { ledger: Ledger; isFiltered: boolean; onClear: () => void }) {
  const { entries } = props.ledger
  if (entries.length === 0 && props.isFiltered) {
    return (
      <div className="ledger-none">
        <p>{words.nothingFound}</p>
        <button type="button" className="link" onClick={props.onClear}>
          {words.clear}
        </button>
      </div>
    )
  }
  if (entries.length === 0) {
    return (
      <div className="ledger-none">
        <Icon name="crossing" />
        <p>{words.empty}</p>
        <p className="muted">{words.emptySay}</p>
      </div>
    )
  }
  // Counted from the oldest: a row keeps its state when a newer one comes before it.
  return (
    <ul className="ledger-list" aria-label={words.list}>
      {inOrder(entries, (entry, index) => (
        <LedgerRow key={`${entry.ts} ${entries.length - index}`} {...props} entry={entry} />
      ))}
    </ul>
  )
}

function useExport(bridge: Bridge) {
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const isAsking = useRef(false)
  const ask = async (wanted: Wanted) => {
    if (isAsking.current) return
    isAsking.current = true
    const answer = await bridge.call('window.exportLedger', filterOf(wanted))
    isAsking.current = false
    setFailure(answer.ok ? null : answer.failure)
    const { saved, entries } = answer.ok ? answer.value : { saved: null, entries: 0 }
    setSaid(saved === null ? null : words.exported(entries, wholeNumber(entries), saved))
  }
  return { failure, said, ask: (wanted: Wanted) => void ask(wanted) }
}
