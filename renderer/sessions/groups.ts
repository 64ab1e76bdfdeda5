// Which sessions are listed, and under which heading.
import { window as words } from '../../shared/messages/window.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { daysAgo } from '../ui/moments.ts'

export const filters = ['active', 'archived', 'all'] as const
export type Filter = (typeof filters)[number]

export interface SessionGroup {
  name: string
  sessions: SessionSummary[]
}

export function selectSessions(sessions: readonly SessionSummary[], filter: Filter, search: string): SessionSummary[] {
  const wanted = plain(search.trim())
  return sessions.filter(
    (session) => isIn(session, filter) && (wanted === '' || plain(session.title || words.untitled).includes(wanted)),
  )
}

export function countOf(sessions: readonly SessionSummary[], filter: Filter): number {
  return sessions.filter((session) => isIn(session, filter)).length
}

/** As they stand one below the other under their headings. */
export function inListOrder(sessions: readonly SessionSummary[]): SessionSummary[] {
  return [...sessions.filter(({ pinned }) => pinned), ...sessions.filter(({ pinned }) => !pinned)]
}

/** The one below, or above when it is the last, of those that lie at the same place: the archive or not. */
export function neighbourOf(sessions: readonly SessionSummary[], sessionId: string): SessionSummary | null {
  const own = sessions.find(({ id }) => id === sessionId)
  const listed = inListOrder(sessions).filter(({ archived }) => archived === own?.archived)
  const at = listed.findIndex(({ id }) => id === sessionId)
  return at < 0 ? null : (listed[at + 1] ?? listed[at - 1] ?? null)
}

export function groupByDay(sessions: readonly SessionSummary[], now: Date): SessionGroup[] {
  const named = (name: string, belongs: (days: number) => boolean): SessionGroup => ({
    name,
    sessions: sessions.filter((session) => !session.pinned && belongs(daysAgo(session.updatedAt, now))),
  })
  const groups = [
    { name: words.sessions.pinned, sessions: sessions.filter((session) => session.pinned) },
    named(words.sessions.today, (days) => days <= 0),
    named(words.sessions.yesterday, (days) => days === 1),
    named(words.sessions.earlier, (days) => days > 1),
  ]
  return groups.filter((group) => group.sessions.length > 0)
}

function isIn(session: SessionSummary, filter: Filter): boolean {
  return filter === 'all' || session.archived === (filter === 'archived')
}

/** Without case and accents, so that "cafe" finds "Café". */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}
