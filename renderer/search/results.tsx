// What was found, by session: the best first, each with a line of its text.
import { useMemo } from 'react'
import { searchPage as words } from '../../shared/messages/search-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SearchHit } from '../../shared/search.ts'
import { fullMoment, shortMoment } from '../ui/moments.ts'

interface Group {
  sessionId: string
  /** Its name was found, too. */
  named: SearchHit | null
  first: SearchHit
  hits: SearchHit[]
}

export function Results({ hits, onOpen }: { hits: readonly SearchHit[]; onOpen: (hit: SearchHit) => void }) {
  const groups = useMemo(() => groupsOf(hits), [hits])
  const now = new Date()
  return groups.map((group) => <Found key={group.sessionId} group={group} now={now} onOpen={onOpen} />)
}

function groupsOf(hits: readonly SearchHit[]): Group[] {
  const groups = new Map<string, Group>()
  for (const hit of hits) {
    const known = groups.get(hit.sessionId)
    const group = known ?? { sessionId: hit.sessionId, named: null, first: hit, hits: [] }
    if (!known) groups.set(hit.sessionId, group)
    if (hit.part === 'title') group.named = hit
    else group.hits.push(hit)
  }
  // In the order in which it was said: that is how it is read.
  for (const { hits: mine } of groups.values()) mine.sort((one, other) => one.offset - other.offset)
  return [...groups.values()]
}

function Found({ group, now, onOpen }: { group: Group; now: Date; onOpen: (hit: SearchHit) => void }) {
  const { first, named, hits } = group
  const title = first.title || windowWords.untitled
  const last = hits.reduce<string | null>(
    (latest, { ts }) => (ts !== null && (latest === null || ts > latest) ? ts : latest),
    null,
  )
  return (
    <article className="found">
      <h2>
        <button type="button" className="found-title" onClick={() => onOpen(named ?? { ...first, entryId: null })}>
          <bdi>{named ? <Marked hit={named} /> : title}</bdi>
        </button>
        {first.workspace !== null && (
          <span className="where path" title={first.workspace}>
            <bdi>{first.workspace}</bdi>
          </span>
        )}
        {first.archived && <span className="where">{words.archived}</span>}
        {last !== null && (
          <time dateTime={last} title={fullMoment(last)}>
            {shortMoment(last, now)}
          </time>
        )}
      </h2>
      <ul>
        {hits.map((hit) => (
          <li key={`${hit.entryId} ${hit.part}`}>
            <button type="button" className="hit" onClick={() => onOpen(hit)}>
              <span className="who">{whoOf(hit)}</span>
              <span className="hit-text" dir="auto">
                <Marked hit={hit} />
              </span>
              {hit.ts !== null && (
                <time dateTime={hit.ts} title={fullMoment(hit.ts)}>
                  {shortMoment(hit.ts, now)}
                </time>
              )}
            </button>
          </li>
        ))}
      </ul>
    </article>
  )
}

function whoOf({ part, tool }: SearchHit): string {
  const did = tool !== null && (part === 'call' || part === 'output') ? words.tools[tool] : undefined
  return did ?? words.part[part]
}

function Marked({ hit: { snippet, ranges } }: { hit: SearchHit }) {
  const parts = []
  let done = 0
  for (const [from, to] of ranges) {
    if (from > done) parts.push(snippet.slice(done, from))
    parts.push(<mark key={from}>{snippet.slice(from, to)}</mark>)
    done = to
  }
  parts.push(snippet.slice(done))
  return <>{parts}</>
}
