// Which sessions are listed, and under which heading.
import type { Grouping } from '../../shared/list-view.ts'
import { listWords } from '../../shared/messages/session-list.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { daysAgo } from '../ui/moments.ts'

export const filters = ['active', 'archived', 'all'] as const
export type Filter = (typeof filters)[number]

export interface SessionGroup {
  name: string
  /** Absolute path of the folder it is the group of. */
  folder?: string
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
export function inListOrder(sessions: readonly SessionSummary[], grouping: Grouping): SessionSummary[] {
  if (grouping === 'folder') return groupByFolder(sessions).flatMap((group) => group.sessions)
  return [...sessions.filter(({ pinned }) => pinned), ...sessions.filter(({ pinned }) => !pinned)]
}

/** The one below, or above when it is the last, of those that lie at the same place: the archive or not. */
export function neighbourOf(
  sessions: readonly SessionSummary[],
  sessionId: string,
  grouping: Grouping = 'time',
): SessionSummary | null {
  const own = sessions.find(({ id }) => id === sessionId)
  const listed = inListOrder(sessions, grouping).filter(({ archived }) => archived === own?.archived)
  const at = listed.findIndex(({ id }) => id === sessionId)
  return at < 0 ? null : (listed[at + 1] ?? listed[at - 1] ?? null)
}

export function groupByDay(sessions: readonly SessionSummary[], now: Date): SessionGroup[] {
  return grouped(
    sessions,
    [words.sessions.today, words.sessions.yesterday, words.sessions.earlier],
    ({ updatedAt }) => {
      const days = daysAgo(updatedAt, now)
      return days <= 0 ? words.sessions.today : days === 1 ? words.sessions.yesterday : words.sessions.earlier
    },
    (name) => ({ name }),
  )
}

/** The folder with the newest session first, and last those without one. */
export function groupByFolder(sessions: readonly SessionSummary[]): SessionGroup[] {
  const folders = [...new Set(sessions.flatMap(({ pinned, workspace }) => (pinned ? [] : (workspace ?? []))))]
  const names = namesOf(folders)
  return grouped(
    sessions,
    [...folders, ''],
    ({ workspace }) => workspace ?? '',
    (folder) => (folder === '' ? { name: listWords.noFolder } : { name: names.get(folder) ?? folder, folder }),
  )
}

/** Pinned ones first, then by key in the order of the keys; a group without a session is none. */
function grouped(
  sessions: readonly SessionSummary[],
  keys: readonly string[],
  keyOf: (session: SessionSummary) => string,
  heading: (key: string) => Pick<SessionGroup, 'name' | 'folder'>,
): SessionGroup[] {
  const pinned: SessionSummary[] = []
  const byKey = new Map<string, SessionSummary[]>(keys.map((key) => [key, []]))
  for (const session of sessions) (session.pinned ? pinned : byKey.get(keyOf(session)))?.push(session)
  const groups = [...byKey].map(([key, some]) => ({ ...heading(key), sessions: some }))
  return [{ name: words.sessions.pinned, sessions: pinned }, ...groups].filter((group) => group.sessions.length > 0)
}

/** The last part of each path, and the one before it where that alone would not tell two folders apart. */
function namesOf(folders: readonly string[]): Map<string, string> {
  const partsOf = (folder: string) => folder.split(/[/\\]/).filter(Boolean)
  const counts = new Map<string, number>()
  for (const folder of folders) {
    const name = partsOf(folder).at(-1) ?? folder
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Map(
    folders.map((folder) => {
      const parts = partsOf(folder)
      const name = parts.at(-1) ?? folder
      return [folder, (counts.get(name) ?? 0) > 1 ? parts.slice(-2).join('/') : name]
    }),
  )
}

/** One row of the list; the first of a group has its heading. */
export interface ListRow {
  session: SessionSummary
  heading: SessionGroup | null
}

export function rowsOf(groups: readonly SessionGroup[]): ListRow[] {
  return groups.flatMap((group) =>
    group.sessions.map((session, index) => ({ session, heading: index === 0 ? group : null })),
  )
}

function isIn(session: SessionSummary, filter: Filter): boolean {
  return filter === 'all' || session.archived === (filter === 'archived')
}

/** Without case and accents, so that "cafe" finds "Café". */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}
