// Whether a line has what is searched for: plain words, or a regular expression that always ends in time.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'

export interface LineMatcher {
  /** Where in the line it begins; -1 when it is not in it; null when the line is too long to be tried. */
  find(line: string): number | null
  /** Whether a text can have it at all: a quick no for most files. */
  mayBeIn(text: string): boolean
}

/** A regular expression is not tried on a longer line, in code units: nobody wrote it by hand, and it would hold us up. */
export const patternLineLimit = 20_000
/** Longest query, in code units. */
const queryLimit = 1_000

/**
 * A query without capital letters finds capitals, too. Regular expressions are those of RE2: their time grows with the text
 * and never with a power of it, so no pattern can hold the process up. Throws `invalid-input` for one that is none.
 */
export async function lineMatcher(query: string, isPattern: boolean): Promise<LineMatcher> {
  if (query === '') throw new ExpectedFailure('invalid-input', toolWords.emptyQuery)
  if (query.length > queryLimit) throw new ExpectedFailure('limit', toolWords.longQuery(queryLimit))
  const anyCase = query === query.toLowerCase()
  if (isPattern) return await patternMatcher(query, anyCase)
  const folded = anyCase ? (text: string) => text.toLowerCase() : (text: string) => text
  return {
    find: (line) => folded(line).indexOf(query),
    mayBeIn: (text) => folded(text).includes(query),
  }
}

async function patternMatcher(query: string, anyCase: boolean): Promise<LineMatcher> {
  // Only when it is needed: a quarter of a megabyte.
  const { RE2JS, RE2JSException } = await import('re2js')
  try {
    const pattern = RE2JS.compile(query, anyCase ? RE2JS.CASE_INSENSITIVE : 0)
    return {
      find(line) {
        if (line.length > patternLineLimit) return null
        const matcher = pattern.matcher(line)
        return matcher.find() ? matcher.start() : -1
      },
      mayBeIn: () => true,
    }
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown
    throw new ExpectedFailure('invalid-input', toolWords.badPattern(thrown.message))
  }
}
