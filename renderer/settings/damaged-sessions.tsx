// The sessions with damage a check has found: what is wrong with each, how far it is good, and what can be done.
import { useStore } from 'zustand'
import { type CheckedSession, type DataReport, hasDamage } from '../../shared/data-report.ts'
import { window as words } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { messageMoment, wholeNumber } from '../ui/moments.ts'
import { plainTitle } from '../ui/plain-title.ts'
import { Well } from '../ui/well.tsx'
import type { DataCheck } from './data-check.ts'

export function titleOf({ title }: CheckedSession): string {
  return plainTitle(title) || words.untitled
}

export function DamagedSessions(props: {
  check: DataCheck
  data: DataReport
  onOpenSession: (sessionId: string) => void
}) {
  const { sessions } = props.data
  const damaged = sessions.filter(hasDamage)
  if (damaged.length === 0) return null
  return (
    <>
      <h3>{words.data.damagedSessions}</h3>
      <ul className="damaged-sessions">
        {damaged.map((session) => (
          <Damaged key={`${session.id} ${session.archived}`} {...props} session={session} />
        ))}
      </ul>
    </>
  )
}

function Damaged(props: {
  check: DataCheck
  session: CheckedSession
  data: DataReport
  onOpenSession: (sessionId: string) => void
}) {
  const { check, session, data, onOpenSession } = props
  const repair = useStore(check.store, ({ repairs }) => repairs.get(session.id))
  const copyId = repair?.state === 'made' ? repair.sessionId : copyThere(session, data)
  const title = titleOf(session)
  return (
    <li>
      <div className="damaged-words">
        <p>
          <bdi className="damaged-title">{title}</bdi>
          {session.archived && <span className="faint"> {words.data.archived}</span>}
        </p>
        <p>{whatIsWrong(session)}</p>
        <LastGood session={session} />
        <Places session={session} />
        <div role="status">
          {repair?.state === 'made' && (
            <p className="damaged-repaired">
              <Icon name="check" className="good" small />
              {words.damage.copied(repair.kept, repair.skipped)}
            </p>
          )}
        </div>
        {repair?.state === 'failed' && (
          <FailureLine
            sentence={repair.failure.message}
            detail={repair.failure.detail}
            detailLabel={words.details}
            urgent
          />
        )}
      </div>
      {/* What is opened and repaired is the live file, and that is another one. */}
      {!session.shadowed && (
        <div className="damaged-acts">
          {copyId !== null ? (
            <button
              type="button"
              className="button"
              aria-label={words.data.openCopyOf(title)}
              onClick={() => onOpenSession(copyId)}
            >
              {words.data.openCopy}
            </button>
          ) : (
            canBeCopied(session) && (
              <button
                type="button"
                className="button"
                aria-label={words.data.repairOf(title)}
                aria-busy={repair?.state === 'making'}
                onClick={() => void check.repair(session.id)}
              >
                {words.damage.repair}
              </button>
            )
          )}
          <button
            type="button"
            className="button"
            aria-label={words.data.openOf(title)}
            onClick={() => onOpenSession(session.id)}
          >
            {words.data.open}
          </button>
        </div>
      )}
    </li>
  )
}

/** A copy leaves out what had to be skipped; it brings back nothing that is missing, and nothing of a newer version. */
function canBeCopied({ records, state, skippedBytes }: CheckedSession): boolean {
  return records > 0 && state === 'ok' && skippedBytes > 0
}

/** The repaired copy that was made last; the time in its name sorts. */
function copyThere({ id }: CheckedSession, { sessions }: DataReport): string | null {
  const copies = sessions.filter((one) => one.copy === 'repaired' && one.id.startsWith(`${id}.`)).map((one) => one.id)
  return copies.sort().at(-1) ?? null
}

function whatIsWrong(session: CheckedSession): string {
  const { failure, bytes: size, records, skippedBytes, badLines, missingBlobs } = session
  if (failure !== null) return failure
  if (size === 0) return words.data.empty
  if (records === 0) return words.data.lost(skippedBytes)
  const found = [
    ...(skippedBytes === 0 ? [] : [words.data.skipped(skippedBytes, badLines)]),
    ...(missingBlobs === 0 ? [] : [words.data.missingBlobs(missingBlobs)]),
  ]
  return found.join(' ')
}

function LastGood({ session: { lastGood } }: { session: CheckedSession }) {
  if (!lastGood) return null
  return (
    <p className="muted">
      {words.data.lastGood}{' '}
      {lastGood.ts === null ? (
        words.data.lastGoodAt(wholeNumber(lastGood.offset))
      ) : (
        <time dateTime={lastGood.ts}>{messageMoment(lastGood.ts, new Date())}</time>
      )}
      {lastGood.words !== '' && (
        <>
          {words.between}
          <bdi>{words.data.quoted(lastGood.words)}</bdi>
        </>
      )}
    </p>
  )
}

function Places({ session }: { session: CheckedSession }) {
  const { id, archived, diagnostics, diagnosticsLeftOut } = session
  return (
    <details>
      <summary>{words.details}</summary>
      <Well label={words.details} className="damaged-places">
        <p className="path">{words.data.file(id, archived)}</p>
        <ul>
          {diagnostics.map(({ offset, length, message }) => (
            <li key={`${offset} ${length} ${message}`}>
              {words.damage.place(wholeNumber(offset), wholeNumber(length), length, message)}
            </li>
          ))}
          {diagnosticsLeftOut > 0 && <li>{words.damage.more(diagnosticsLeftOut)}</li>}
        </ul>
      </Well>
    </details>
  )
}
