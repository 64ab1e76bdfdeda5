// Whether anything has left this computer, as a fact with what it rests on; else who was reached, and how often.
import { useState } from 'react'
import { ledgerPage as words } from '../../shared/messages/ledger-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import type { Ledger } from './use-ledger.ts'

/** The others are asked for. */
const hostsAtFirst = 8

export function LedgerFact({ ledger: { reached, badLines, fault } }: { ledger: Ledger }) {
  const isSure = badLines === 0 && fault === null
  const isNone = reached.length === 0
  return (
    <div className="ledger-fact">
      <p className="ledger-sentence">
        <Icon
          name={isNone ? (isSure ? 'check' : 'warn') : 'crossing'}
          className={isNone && isSure ? 'good' : 'careful'}
        />
        {isNone ? (isSure ? words.nothingLeft : words.nothingKnownLeft) : words.reached(reached.length)}
      </p>
      <p className="muted">{isNone ? words.restsOn : words.reachedNote}</p>
      {!isNone && <Hosts reached={reached} />}
      {badLines > 0 && (
        <FailureLine tone="wait" sentence={words.badLines(badLines)} detailLabel={windowWords.details} />
      )}
      {fault && (
        <FailureLine sentence={words.fault(fault.message)} detail={fault.detail} detailLabel={windowWords.details} />
      )}
    </div>
  )
}

function Hosts({ reached }: Pick<Ledger, 'reached'>) {
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? reached : reached.slice(0, hostsAtFirst)
  return (
    <>
      <table className="ledger-hosts">
        <caption className="sr">{words.hosts}</caption>
        <thead className="sr">
          <tr>
            <th scope="col">{words.host}</th>
            <th scope="col">{words.howOften}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ host, times }) => (
            <tr key={host}>
              <th scope="row" className="exact">
                <ExactText line text={host} />
              </th>
              <td>{words.times(times, wholeNumber(times))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {reached.length > shown.length && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          {words.allHosts(wholeNumber(reached.length))}
        </button>
      )}
    </>
  )
}
