// Asks the database of the index: which entries, in which order. Texts are not in it; they are read from the files afterwards.

import { roleNumber } from './catch-up.ts'
import type { Database } from './database.ts'
import { matchOf, type ParsedQuery } from './query.ts'

/** One entry that was found, and where it lies. */
export interface Place {
  /** The row of its session. */
  file: number
  sid: string
  archived: boolean
  title: string
  workspace: string | null
  /** −1 for the title of the session. */
  offset: number
  length: number
  ts: number | null
  /** Another record of this session has the same id and stands before it. */
  isTwice: boolean
  score: number
}

export interface LookedUp {
  places: Place[]
  total: number
  /** There are more than were counted: too many to be weighed, so the newest come first. */
  more: boolean
  sessions: number
}

/** More than so many are not weighed against each other: a word that is everywhere says nothing, and the newest is the likeliest. */
const weighed = 6_000
/** Of one session in a list of several, so that no session hides the others. */
const mostOfOne = 6
/** Of too many so many are gone through, the newest first, for enough sessions to choose from. */
const mostLookedAt = 20_000
const mostOfLong = 2_000
const day = 86_400_000

/** Weights of title, body, tool, name, file, host, skill, parts. */
const rank = 'bm25(fts, 8.0, 2.0, 0.7, 0.5, 1.5, 1.5, 1.0, 0.3)'

/** `now` in milliseconds: the newer of two equals comes first. null when there is nothing to be asked for. */
export function lookUp(
  database: Database,
  query: ParsedQuery,
  join: 'AND' | 'OR',
  { limit, now }: { limit: number; now: number },
): LookedUp | null {
  const match = matchOf(query, join)
  const { where, given } = conditionsOf(query)
  if (match === null && where.length === 0 && query.sessionId === null) return null
  const conditions = ["f.state = 'ok'", ...where].join(' AND ')
  // The name of a session is as new as what was said in it last.
  const columns = 'm.id, m.file, ifnull(m.ts, f.updated)'

  if (match === null) {
    const rows = database
      .prepare(
        `SELECT ${columns}, 0 FROM msg m JOIN file f ON f.id = m.file WHERE ${conditions} AND m.off >= 0 ORDER BY m.id DESC LIMIT ${weighed + 1}`,
      )
      .raw()
      .all(...given) as Row[]
    return collect(database, rows.slice(0, weighed), rows.length > weighed, query, limit, () => 0)
  }
  // Whether there are too many is told by the words alone, which is quick.
  const matching = database
    .prepare(`SELECT count(*) FROM (SELECT 1 FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT ${weighed + 1})`)
    .pluck()
    .get(match) as number
  if (matching === 0) return { places: [], total: 0, more: false, sessions: 0 }
  if (matching <= weighed) {
    const rows = database
      .prepare(
        `SELECT ${columns}, ${rank} FROM fts JOIN msg m ON m.id = fts.rowid JOIN file f ON f.id = m.file WHERE fts MATCH ? AND ${conditions}`,
      )
      .raw()
      .all(match, ...given) as Row[]
    // bm25 is negative, the better the smaller. A year halves what was said.
    const scoreOf = ([, , ts, weight]: Row) =>
      -weight * (0.5 + 0.5 * 2 ** (-Math.max(0, now - (ts ?? 0)) / (365 * day)))
    return collect(database, rows, false, query, limit, scoreOf)
  }
  const newest = database
    .prepare(
      `SELECT ${columns}, 0 FROM fts JOIN msg m ON m.id = fts.rowid JOIN file f ON f.id = m.file WHERE fts MATCH ? AND fts.rowid < ? AND ${conditions} ORDER BY fts.rowid DESC`,
    )
    .raw()
  const firstOf = database.prepare('SELECT min(id) FROM msg WHERE file = ?').pluck()
  const rows: Row[] = []
  const counts = new Map<number, number>()
  let seen = 0
  let below: number | null = Number.MAX_SAFE_INTEGER
  while (below !== null) {
    const from: number = below
    below = null
    for (const row of newest.iterate(match, from, ...given) as IterableIterator<Row>) {
      seen += 1
      const [, file] = row
      const count = (counts.get(file) ?? 0) + 1
      counts.set(file, count)
      if (query.sessionId !== null || count <= mostOfOne) rows.push(row)
      if ((rows.length >= limit && seen >= weighed / 4) || seen >= mostLookedAt) break
      // One that is as long as a hundred others is not gone through to its beginning: what lies before it comes next.
      if (query.sessionId === null && count === mostOfLong) {
        below = Number(firstOf.get(file))
        break
      }
    }
  }
  const found = collect(database, rows, true, query, limit, (_row, index) => rows.length - index)
  return { ...found, total: seen, sessions: counts.size }
}

/** id, file, ts, weight */
type Row = [id: number, file: number, ts: number | null, weight: number]

function conditionsOf(query: ParsedQuery): { where: string[]; given: unknown[] } {
  const where: string[] = []
  const given: unknown[] = []
  const add = (condition: string, ...values: unknown[]) => {
    where.push(condition)
    given.push(...values)
  }
  if (query.scope !== 'all') add('f.archived = ?', query.scope === 'archived' ? 1 : 0)
  if (query.isPinned) add('f.pinned = 1')
  if (query.sessionId !== null) add('f.sid = ?', query.sessionId)
  if (query.workspace !== null) add('f.workspace = ?', query.workspace)
  if (query.role !== null) add('m.role = ?', roleNumber[query.role])
  if (query.from !== null) add('m.ts >= ?', query.from)
  if (query.to !== null) add('m.ts < ?', query.to)
  if (query.kind === 'message' && query.terms.length === 0) add('m.role IN (1, 2)')
  if (query.kind === 'tool' && query.terms.length === 0) add('m.role = 3')
  if (query.model !== null) add('m.model IN (SELECT id FROM model WHERE instr(lower(name), ?) = 1)', query.model)
  return { where, given }
}

function collect(
  database: Database,
  rows: readonly Row[],
  more: boolean,
  query: ParsedQuery,
  limit: number,
  scoreOf: (row: Row, index: number) => number,
): LookedUp {
  const scored = rows.map((row, index) => ({ id: row[0], file: row[1], ts: row[2] ?? 0, score: scoreOf(row, index) }))
  scored.sort((one, other) => other.score - one.score || other.ts - one.ts || other.id - one.id)
  const counts = new Map<number, number>()
  const chosen: typeof scored = []
  for (const one of scored) {
    const count = (counts.get(one.file) ?? 0) + 1
    counts.set(one.file, count)
    if (chosen.length < limit && (query.sessionId !== null || count <= mostOfOne)) chosen.push(one)
  }
  const place = database.prepare(
    'SELECT f.id AS file, f.sid, f.archived, f.title, f.workspace, m.off AS offset, m.len AS length, m.ts, m.twice AS isTwice FROM msg m JOIN file f ON f.id = m.file WHERE m.id = ?',
  )
  const places = chosen.flatMap(({ id, score }) => {
    const found = place.get(id) as
      | (Omit<Place, 'archived' | 'isTwice'> & { archived: number; isTwice: number })
      | undefined
    return found ? [{ ...found, archived: found.archived === 1, isTwice: found.isTwice === 1, score }] : []
  })
  return { places, total: scored.length, more, sessions: counts.size }
}
