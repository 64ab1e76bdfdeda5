// search_sessions: what was said and done in this folder before, by the same search as a person has.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { searchWords } from '../../../shared/messages/search.ts'
import { tool } from './tool.ts'

const words = searchWords.tool
/** As many as a small model reads, and still asks a second time for. */
const limit = 12

export const searchSessions = tool({
  name: 'search_sessions',
  description: words.description,
  effect: 'read',
  needsSession: true,
  parameters: z.object({ query: z.string().min(1).max(400).describe(words.query) }),
  async run({ query }, { sessions, signal }) {
    if (!sessions) throw new ExpectedFailure('unavailable', words.none)
    const hits = await sessions.search(query, limit, signal)
    const detail = { files: [], found: { what: 'matches' as const, count: hits.length } }
    if (hits.length === 0) return { content: words.nothing, detail }
    const lines: string[] = []
    let last = ''
    for (const { sessionId, title, ts, part, tool: name, snippet } of hits) {
      if (sessionId !== last) lines.push('', words.session(title, ts?.slice(0, 10) ?? null))
      last = sessionId
      if (part !== 'title') lines.push(words.line(searchWords.part[part], name, snippet.trim()))
    }
    return { content: [words.head, ...lines].join('\n'), detail }
  },
})
