// One line of the ledger: what in its exact signs, when, what came of it, in which session, and who allowed it.
import { memo, useState } from 'react'
import type { LedgerEntry, LedgerKind } from '../../shared/ledger.ts'
import { notDone } from '../../shared/ledger.ts'
import { ledgerPage as words } from '../../shared/messages/ledger-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import { Well } from '../ui/well.tsx'

interface RowProps {
  bridge: Bridge
  entry: LedgerEntry
  sessionTitle: (sessionId: string) => string | null
  onOpenSession: (sessionId: string) => void
}

const icons: Record<LedgerKind, IconName> = { command: 'tool', host: 'crossing', outside: 'folder', secret: 'eye' }

export const LedgerRow = memo(function LedgerRow(props: RowProps) {
  const { entry } = props
  const kind = words.kindWords[entry.kind]
  const isDenied = entry.outcome === notDone
  return (
    <li className="ledger-row">
      <Icon name={isDenied ? 'barred' : icons[entry.kind]} />
      <div className="ledger-words">
        <What kind={kind} what={entry.what} />
        <p className="ledger-facts">
          {kind}
          {windowWords.between}
          {isDenied ? words.notDone : <ExactText line text={entry.outcome} />}
          {windowWords.between}
          <SessionName {...props} />
          <AllowedBy {...props} />
        </p>
      </div>
      <time dateTime={entry.ts} title={fullMoment(entry.ts)}>
        {messageMoment(entry.ts, new Date())}
      </time>
    </li>
  )
})

/** Beyond these it scrolls in a place of its own; nothing is left out. */
const longText = 400
const manyLines = 6

function What({ kind, what }: { kind: string; what: string }) {
  if (what.length <= longText && what.split('\n').length <= manyLines) {
    return (
      <p className="exact">
        <ExactText text={what} />
      </p>
    )
  }
  return (
    <Well label={words.exact(kind)} className="exact exact--long">
      <ExactText text={what} />
    </Well>
  )
}

function SessionName({ entry: { sessionId }, sessionTitle, onOpenSession }: RowProps) {
  if (sessionId === null) return words.noSession
  const title = sessionTitle(sessionId)
  if (title === null) return <ExactText line text={words.gone(sessionId)} />
  return (
    <button type="button" className="link" aria-label={words.open(title)} onClick={() => onOpenSession(sessionId)}>
      <bdi>{title}</bdi>
    </button>
  )
}

/** Asked of the session's own log, where the answer is recorded, and only when somebody wants to know. */
function AllowedBy({ bridge, entry: { sessionId, approvalId, what, outcome } }: RowProps) {
  const [found, setFound] = useState<'looking' | string | null>(null)
  if (approvalId === null || sessionId === null) {
    return outcome === notDone ? null : <span>{windowWords.between + words.nobodyHadTo}</span>
  }
  const look = async () => {
    setFound('looking')
    // Wherever in the session it is, also in another version.
    const slice = { at: 'around', entryId: approvalId, branch: null } as const
    const answer = await bridge.call('sessions.open', { sessionId, slice })
    const entries = answer.ok ? answer.value.entries : []
    const record = entries.find(({ id, type }) => id === approvalId && type === 'approval')
    setFound(record ? sentenceOf(record) : words.answerGone)
  }
  if (found === null) {
    return (
      <>
        {windowWords.between}
        <button type="button" className="link" aria-label={words.whoAllowedOf(what)} onClick={() => void look()}>
          {words.whoAllowed}
        </button>
      </>
    )
  }
  return (
    <span role="status">
      {windowWords.between}
      {found === 'looking' ? words.looking : found}
    </span>
  )
}

function sentenceOf({ by, scope, decision }: Record<string, unknown>): string {
  const who = whoOf(String(by), String(scope))
  return decision === 'deny' ? words.deniedBy(who) : words.allowedBy(who)
}

function whoOf(by: string, scope: string): string {
  const { allowed } = words
  if (by === 'user') return scope === 'session' || scope === 'folder' ? allowed[scope] : allowed.once
  if (by.startsWith('rule:')) return allowed.rule
  return by === 'flag' || by === 'mode' || by === 'seal' ? allowed[by] : by
}
