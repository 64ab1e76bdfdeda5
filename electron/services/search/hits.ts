// What was found as a person sees it: each place read from its file, and a piece of the text that has what was looked for.
import type { HitPart, SearchHit, SearchKind } from '../../../shared/search.ts'
import type { SessionRecord } from '../../../shared/session.ts'
import type { RecordedCall } from '../../../shared/session-tree.ts'
import { readLines } from '../sessions/read-log.ts'
import { type Document, documentOf, timeOf } from './documents.ts'
import type { Place } from './look-up.ts'
import type { ParsedQuery } from './query.ts'
import { lyingOf, type OpenFile, openFile } from './session-bytes.ts'
import { type Snippet, snippetOf } from './snippet.ts'

const kinds: Record<SearchKind, readonly HitPart[]> = {
  title: ['title'],
  message: ['question', 'answer', 'summary'],
  tool: ['call', 'output', 'approval', 'skill'],
}

/** `stale` hears of sessions of which the index says what is not so; their hits are left out. */
export function hitsOf(
  places: readonly Place[],
  query: ParsedQuery,
  folder: string,
  callOf: (fileId: number, callId: string, file: OpenFile) => RecordedCall | null,
  stale: (sid: string) => void,
): SearchHit[] {
  const files = new Map<string, OpenFile | null>()
  try {
    return places.flatMap((place): SearchHit[] => {
      const { sid, title, workspace, archived, score } = place
      const known = { sessionId: sid, title, workspace, archived, score }
      if (place.offset < 0) {
        const { text, ranges } = snippetOf(title, query.terms, false)
        return [{ ...known, entryId: null, offset: 0, ts: null, part: 'title', tool: null, snippet: text, ranges }]
      }
      let file = files.get(sid)
      if (file === undefined) {
        file = openIfThere(folder, sid)
        files.set(sid, file)
      }
      const record = file && recordAt(file, place)
      const document = file && record && documentOf(record, (callId) => callOf(place.file, callId, file))
      const best = document ? bestPart(document, query, false) : null
      if (!record || !best || typeof record.id !== 'string') {
        stale(sid)
        return []
      }
      const entryId = place.isTwice ? `${record.id}#${place.offset}` : record.id
      const ts = timeOf(record)
      return [
        {
          ...known,
          entryId,
          offset: place.offset,
          ts: ts === null ? null : new Date(ts).toISOString(),
          ...shownOf(best),
        },
      ]
    })
  } finally {
    for (const file of files.values()) file?.close()
  }
}

function openIfThere(folder: string, sid: string): OpenFile | null {
  const lying = lyingOf(folder, sid)
  try {
    return lying && openFile(lying.path)
  } catch {
    return null
  }
}

function recordAt(file: OpenFile, { offset, length }: Place): SessionRecord | null {
  const found = readLines(file.read(offset, length), offset)
  return found.length === 1 ? (found[0]?.record ?? null) : null
}

export type BestPart = Pick<SearchHit, 'part' | 'tool' | 'snippet' | 'ranges'> & Pick<Snippet, 'found'>

/** The text of an entry that has the most of what was looked for; its first one, when only a filter was. */
export function bestPart(document: Document, query: ParsedQuery, inside: boolean): BestPart | null {
  const allowed = query.kind === null ? null : kinds[query.kind]
  let best: BestPart | null = null
  for (const { part, tool, text } of document.parts) {
    if (allowed && !allowed.includes(part)) continue
    const { text: snippet, ranges, found } = snippetOf(text, query.terms, inside)
    if (!best || found > best.found) best = { part, tool, snippet, ranges, found }
  }
  return best
}

export function shownOf({ part, tool, snippet, ranges }: BestPart): Omit<BestPart, 'found'> {
  return { part, tool, snippet, ranges }
}
