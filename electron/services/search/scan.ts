// Looks for a query by reading the files: when the index has nothing, finds parts of words, or is not there.
import type { SearchHit } from '../../../shared/search.ts'
import { isMessage, type SessionRecord, sessionTitle } from '../../../shared/session.ts'
import { callsOf, type RecordedCall } from '../../../shared/session-tree.ts'
import { readLines } from '../sessions/read-log.ts'
import { documentOf } from './documents.ts'
import { bestPart, shownOf } from './hits.ts'
import type { ParsedQuery } from './query.ts'
import { type Lying, lyingIn, type OpenFile, openFile } from './session-bytes.ts'
import { snippetOf } from './snippet.ts'
import { lowered } from './tokens.ts'

export interface Scanned {
  hits: SearchHit[]
  total: number
  sessions: number
  /** It was ended by its time: not everything was read. */
  more: boolean
}

export interface ScanOptions {
  folder: string
  limit: number
  /** Milliseconds it may take; what was found until then is the answer. */
  budgetMs: number
  /** Called between two pieces; throwing ends it. Others get their turn meanwhile. */
  pause(): Promise<void>
}

/** Every term as a part of any text, without case, the newest sessions first. Filters count as in the index. */
export async function scanFiles(query: ParsedQuery, { folder, limit, budgetMs, pause }: ScanOptions): Promise<Scanned> {
  const until = performance.now() + budgetMs
  const files = [...lyingIn(folder).values()]
    .filter((file) => query.scope === 'all' || file.archived === (query.scope === 'archived'))
    .filter((file) => query.sessionId === null || file.sid === query.sessionId)
    .sort((one, other) => (BigInt(one.mtime) < BigInt(other.mtime) ? 1 : -1))
  const hits: SearchHit[] = []
  let total = 0
  let sessions = 0
  for (const lying of files) {
    const found = await scanOne(lying, query, pause).catch((thrown) => {
      // One file that cannot be read; whoever ended it is no such thing.
      if (thrown instanceof Error && 'syscall' in thrown) return []
      throw thrown
    })
    if (found.length > 0) sessions += 1
    total += found.length
    for (const hit of found.slice(0, query.sessionId === null ? 6 : limit)) if (hits.length < limit) hits.push(hit)
    if (performance.now() > until) return { hits, total, sessions, more: true }
  }
  return { hits, total, sessions, more: false }
}

/** One session. Only one in whose bytes everything stands that is looked for is read by its records. */
async function scanOne(lying: Lying, query: ParsedQuery, pause: () => Promise<void>): Promise<SearchHit[]> {
  const needles = query.terms.map(({ text }) => lowered(JSON.stringify(text).slice(1, -1)))
  const file = openFile(lying.path)
  try {
    if (!(await mayHave(file, lying, needles, pause))) return []
    return await readOne(file, lying, needles, query, pause)
  } finally {
    file.close()
  }
}

/** Whether there is a piece of the file with all of them in it. Quick, and wrong only in saying yes. */
async function mayHave(
  file: OpenFile,
  { size }: Lying,
  needles: readonly string[],
  pause: () => Promise<void>,
): Promise<boolean> {
  if (needles.length === 0) return true
  // Bytes as if they were Latin letters are ten times as quick to make small, and the same bytes stay the same.
  const hasCase = needles.some((needle) => /[^\0-\x7f]/.test(needle) && needle.toUpperCase() !== needle)
  const wanted = hasCase ? needles : needles.map((needle) => Buffer.from(needle).toString('latin1').toLowerCase())
  for (let at = 0; at < size; ) {
    const piece = file.lines(at, size) ?? file.read(at, size - at)
    if (piece.length === 0) return false
    const text = hasCase ? lowered(piece.toString('utf8')) : piece.toString('latin1').toLowerCase()
    if (wanted.every((needle) => text.includes(needle))) return true
    at += piece.length
    await pause()
  }
  return false
}

async function readOne(
  file: OpenFile,
  lying: Lying,
  needles: readonly string[],
  query: ParsedQuery,
  pause: () => Promise<void>,
): Promise<SearchHit[]> {
  const found: SearchHit[] = []
  const facts: SessionRecord[] = []
  const calls = new Map<string, RecordedCall>()
  let workspace: string | null = null
  let isPinned = false
  for (let at = 0; at < lying.size; ) {
    const piece = file.lines(at, lying.size) ?? file.read(at, lying.size - at)
    if (piece.length === 0) break
    for (const { record, start, end } of readLines(piece, at)) {
      if (record.type === 'session' || record.type === 'title') facts.push(record)
      else if (isMessage(record) && record.role === 'user' && !facts.some(isMessage)) facts.push(record)
      if (record.type === 'session' && 'workspace' in record && typeof record['workspace'] === 'string') {
        workspace ??= record['workspace']
      }
      if (record.type === 'meta' && 'pinned' in record && typeof record['pinned'] === 'boolean')
        isPinned = record['pinned']
      for (const call of callsOf(record)) calls.set(call.id, call)
      const text = lowered(piece.toString('utf8', start - at, end - at))
      // What an approval was about stands in another line.
      const mayBe = record.type === 'approval' || needles.every((needle) => text.includes(needle))
      const hit = mayBe ? hitOf(record, start, lying, query, calls) : null
      if (hit) found.push(hit)
    }
    at += piece.length
    await pause()
  }
  if ((query.isPinned && !isPinned) || (query.workspace !== null && query.workspace !== workspace)) return []
  const title = sessionTitle(facts)
  const known = found.map((hit) => ({ ...hit, title, workspace }))
  const { kind, role, from, to, model, facets, terms } = query
  const isOfEntries = [role, from, to, model].some((one) => one !== null) || facets.length > 0
  const inTitle = isOfEntries || kind === 'message' || kind === 'tool' ? null : snippetOf(title, terms, true)
  if (inTitle && terms.length > 0 && inTitle.found === terms.length) {
    known.unshift({ ...blank(lying), title, workspace, snippet: inTitle.text, ranges: inTitle.ranges })
  }
  return known
}

function hitOf(
  record: SessionRecord,
  offset: number,
  lying: Lying,
  query: ParsedQuery,
  calls: ReadonlyMap<string, RecordedCall>,
): SearchHit | null {
  const document = documentOf(record, (callId) => calls.get(callId) ?? null)
  if (!document || typeof record.id !== 'string' || query.kind === 'title') return null
  const { role, ts, model, tools, files, hosts, skills } = document
  if (query.role !== null && role !== query.role) return null
  if (query.from !== null && (ts === null || ts < query.from)) return null
  if (query.to !== null && (ts === null || ts >= query.to)) return null
  if (query.model !== null && !model?.toLowerCase().startsWith(query.model)) return null
  const has = { name: tools, file: files, host: hosts, skill: skills }
  const isFiltered = query.facets.every(({ facet, text }) =>
    has[facet].some((one) => lowered(one).includes(lowered(text))),
  )
  if (!isFiltered) return null
  const best = bestPart(document, query, true)
  if (!best || best.found < query.terms.length) return null
  return {
    ...blank(lying),
    entryId: record.id,
    offset,
    ts: ts === null ? null : new Date(ts).toISOString(),
    ...shownOf(best),
  }
}

function blank({ sid, archived }: Lying): SearchHit {
  return {
    sessionId: sid,
    entryId: null,
    offset: 0,
    title: '',
    workspace: null,
    archived,
    ts: null,
    part: 'title',
    tool: null,
    snippet: '',
    ranges: [],
    score: 0,
  }
}
