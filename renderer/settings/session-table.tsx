// Every session file a check has read, newest first: how it is, how large, and when its last line was written.
import { useMemo, useState } from 'react'
import { type CheckedSession, hasDamage } from '../../shared/data-report.ts'
import { window as words } from '../../shared/messages/window.ts'
import { bytes, messageMoment, wholeNumber } from '../ui/moments.ts'
import { plainTitle } from '../ui/plain-title.ts'
import { Well } from '../ui/well.tsx'

/** As many rows as a table draws without being felt; the next ones are asked for. */
const rowsAtOnce = 500

export function SessionTable(props: {
  sessions: readonly CheckedSession[]
  onOpenSession: (sessionId: string) => void
}) {
  const { sessions } = props
  const [isOpen, setOpen] = useState(false)
  const [limit, setLimit] = useState(rowsAtOnce)
  const newestFirst = useMemo(() => {
    const when = ({ lastGood }: CheckedSession) => lastGood?.ts ?? ''
    return [...sessions].sort((one, other) => (when(one) < when(other) ? 1 : when(one) > when(other) ? -1 : 0))
  }, [sessions])
  const left = newestFirst.length - limit

  return (
    <details className="every-session" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.data.all(wholeNumber(sessions.length))}</summary>
      {isOpen && (
        <>
          <Well label={words.data.table} className="session-table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.data.columns.title}</th>
                  <th scope="col" className="state-column">
                    {words.data.columns.state}
                  </th>
                  <th scope="col" className="figure-column figure-column--records">
                    {words.data.columns.records}
                  </th>
                  <th scope="col" className="figure-column">
                    {words.data.columns.size}
                  </th>
                  <th scope="col" className="figure-column">
                    {words.data.columns.last}
                  </th>
                </tr>
              </thead>
              <tbody>
                {newestFirst.slice(0, limit).map((session) => (
                  <Row
                    key={`${session.id} ${session.archived}`}
                    session={session}
                    onOpenSession={props.onOpenSession}
                  />
                ))}
              </tbody>
            </table>
          </Well>
          {left > 0 && (
            <button type="button" className="button button--plain" onClick={() => setLimit(limit + rowsAtOnce)}>
              {words.data.showMore(wholeNumber(Math.min(left, rowsAtOnce)))}
            </button>
          )}
        </>
      )}
    </details>
  )
}

function Row(props: { session: CheckedSession; onOpenSession: (sessionId: string) => void }) {
  const { session } = props
  const { lastGood } = session
  const title = plainTitle(session.title) || words.untitled
  return (
    <tr>
      <th scope="row">
        <span className="title-cell">
          {session.shadowed ? (
            <bdi className="cut">{title}</bdi>
          ) : (
            <button type="button" className="cut row-open" onClick={() => props.onOpenSession(session.id)}>
              <bdi>{title}</bdi>
            </button>
          )}
          {session.archived && <span className="faint">{words.data.archived}</span>}
        </span>
      </th>
      <td className={hasDamage(session) ? 'careful' : 'muted'}>{stateWords(session)}</td>
      <td className="figure-column figure-column--records">{wholeNumber(session.records)}</td>
      <td className="figure-column">{bytes(session.bytes)}</td>
      <td className="figure-column">
        {lastGood?.ts ? (
          <time dateTime={lastGood.ts}>{messageMoment(lastGood.ts, new Date())}</time>
        ) : (
          words.data.noLine
        )}
      </td>
    </tr>
  )
}

function stateWords({ state, skippedBytes, missingBlobs, beingWritten }: CheckedSession): string {
  if (state === 'unreadable') return words.data.states.unreadable
  if (state === 'damaged') return words.data.states.damaged
  if (skippedBytes > 0) return words.data.states.skipped(bytes(skippedBytes))
  if (missingBlobs > 0) return words.data.states.parts
  if (beingWritten) return words.data.states.writing
  return state === 'readonly' ? words.data.states.newer : words.data.states.whole
}
