// What an answer called: one line each. Loaded with the first session that has such.
import type { MessageRecord } from '../../shared/session.ts'
import { callsOf } from '../../shared/session-tree.ts'
import { Icon } from '../ui/icon.tsx'

/** Longest line of arguments, in UTF-16 code units. */
const shownLength = 120

export function Calls(props: { record: MessageRecord }) {
  return callsOf(props.record).map(({ id, name, arguments: given }) => {
    const line = JSON.stringify(given)
    return (
      <p key={id} className="step">
        <Icon name="lines" />
        <span dir="auto" title={line}>
          {name} {line.length > shownLength ? `${line.slice(0, shownLength)}…` : line}
        </span>
      </p>
    )
  })
}
