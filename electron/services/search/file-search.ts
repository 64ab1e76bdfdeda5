// Searching without an index, in this process: a file of its own, read when there is none. It gives way between two pieces.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { SearchAnswer, SearchQuery } from '../../../shared/search.ts'
import { parseQuery } from './query.ts'
import { scanFiles } from './scan.ts'

const usualLimit = 50
const budgetMs = 10_000

/** `folder` is the one of the sessions. Throws `cancelled`. */
export async function searchFiles(
  query: SearchQuery,
  folder: string,
  signal: AbortSignal,
): Promise<Omit<SearchAnswer, 'index'>> {
  const began = performance.now()
  const parsed = parseQuery(query)
  const found = await scanFiles(parsed, {
    folder,
    limit: query.limit ?? usualLimit,
    budgetMs,
    async pause() {
      await new Promise((resolve) => setImmediate(resolve))
      if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    },
  })
  return { ...found, match: 'inside', problems: [...parsed.problems], ms: Math.round(performance.now() - began) }
}
