// What of the ledger is listed: a kind, a time, a session.
import { useEffect, useState } from 'react'
import type { LedgerEntry } from '../../shared/ledger.ts'
import { ledgerPage as words } from '../../shared/messages/ledger-window.ts'
import { Choice } from '../ui/choice.tsx'
import { Segmented } from '../ui/segmented.tsx'
import type { Wanted } from './use-ledger.ts'

const kinds = ['all', 'command', 'host', 'outside', 'secret'] as const
const spans = ['all', 'day', 'week', 'month'] as const
/** Stands for "no session chosen" in the list. */
const every = ''

interface FiltersProps {
  wanted: Wanted
  entries: readonly LedgerEntry[]
  sessionTitle: (sessionId: string) => string | null
  onChange: (wanted: Wanted) => void
}

export function LedgerFilters(props: FiltersProps) {
  const { wanted, onChange } = props
  return (
    <fieldset className="ledger-filters">
      <legend className="sr">{words.filters}</legend>
      <Segmented
        legend={words.kind}
        value={wanted.kind ?? 'all'}
        options={kinds.map((value) => ({ value, label: words.kinds[value] }))}
        onChange={(kind) => onChange({ ...wanted, kind: kind === 'all' ? null : kind })}
      />
      <Segmented
        legend={words.time}
        value={wanted.span}
        options={spans.map((value) => ({ value, label: words.spans[value] }))}
        onChange={(span) => onChange({ ...wanted, span })}
      />
      <SessionSelect {...props} />
    </fieldset>
  )
}

/** Those that were seen in the list so far, the newest first. */
function useSeenSessions(entries: readonly LedgerEntry[]): readonly string[] {
  const [seen, setSeen] = useState<readonly string[]>([])
  useEffect(() => {
    const listed = [...new Set(entries.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId])))]
    setSeen((known) => {
      const isNews = listed.some((id) => !known.includes(id))
      return isNews ? [...new Set([...listed, ...known])] : known
    })
  }, [entries])
  return seen
}

function SessionSelect({ wanted, entries, sessionTitle, onChange }: FiltersProps) {
  const seen = useSeenSessions(entries)
  const items = [
    { value: every, label: words.everySession },
    ...seen.map((id) => ({ value: id, label: sessionTitle(id) ?? words.gone(id) })),
  ]
  return (
    <Choice
      label={words.session}
      value={wanted.sessionId ?? every}
      items={items}
      className="button select"
      isWide
      onChange={(next) => onChange({ ...wanted, sessionId: next === every ? null : next })}
    />
  )
}
