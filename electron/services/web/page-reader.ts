// Reads a page of the web. In a file of its own: its libraries are read when the first page is asked for.
import { ExpectedFailure, expectedFailureOf } from '../../../shared/failure.ts'
import { webWords } from '../../../shared/messages/web.ts'
import type { Web, WebPage } from '../../contracts.ts'
import { createBudget } from './budget.ts'
import { decodeText, readBytes } from './bytes.ts'
import { htmlToText } from './page-text.ts'
import { type VisitDeps, type Visited, visit } from './visit.ts'

export { isPublicAddress } from './addresses.ts'

export interface PageReaderDeps extends VisitDeps {
  limitMs: number
  limitBytes: number
}

export function createPageReader(deps: PageReaderDeps): Web {
  return {
    async fetch(address, options) {
      const budget = createBudget(deps.limitMs, options.signal)
      try {
        const visited = await visit(address, options, budget, deps)
        return await budget.spend((signal) => pageOf(visited, deps.limitBytes, signal))
      } catch (thrown) {
        throw inWords(thrown, budget.signal.aborted ? budget.signal.reason : thrown, options.signal, deps.limitMs)
      } finally {
        budget.close()
      }
    },
  }
}

async function pageOf(visited: Visited, limit: number, signal: AbortSignal): Promise<WebPage> {
  const { url, status, header } = visited
  const type = typeOf(header('content-type'))
  if (!isText(type.name)) {
    visited.body.destroy()
    throw new ExpectedFailure('invalid-input', webWords.noText(type.name.slice(0, 100), status))
  }
  const { bytes, isCut } = await readBytes(visited.body, header('content-encoding'), limit)
  const source = decodeText(bytes, type.charset, isCut)
  if (source.includes('\0')) throw new ExpectedFailure('invalid-input', webWords.noText('binary data', status))
  const page = /html/.test(type.name) ? await htmlToText(source, url.href, signal) : { text: source, isCut: false }
  return { url: url.href, status, text: safe(page.text), bytes: bytes.length, isCut: isCut || page.isCut }
}

function typeOf(header: string | null): { name: string; charset: string | null } {
  const [name = '', ...rest] = (header ?? '').toLowerCase().split(';')
  const charset = /(?:^|;)\s*charset\s*=\s*"?([^";\s]{1,40})/.exec(rest.join(';'))?.[1] ?? null
  // A server that says nothing mostly has plain text; what is none shows itself by its NULs.
  return { name: name.trim() || 'text/plain', charset }
}

function isText(type: string): boolean {
  if (type.startsWith('text/') || /^[\w.-]+\/[\w.-]+\+(json|xml|yaml)$/.test(type)) return true
  return /^application\/(x-)?(json|ld\+json|ndjson|jsonlines|xml|yaml|toml|javascript|ecmascript|sql|sh)$/.test(type)
}

/** Nothing that moves a cursor, turns the direction of writing, or cannot be seen and is read by a model all the same. */
function safe(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, '')
      .replace(/\n{3,}/g, '\n\n')
  )
}

function inWords(thrown: unknown, reason: unknown, outer: AbortSignal, limitMs: number): unknown {
  if (outer.aborted) return new ExpectedFailure('cancelled', webWords.cancelled)
  const expected = expectedFailureOf(thrown)
  if (expected) return expected
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new ExpectedFailure('unavailable', webWords.slow(limitMs))
  }
  const code = codeOf(thrown)
  // Without a code of a system or a library it is a bug of ours.
  return code === null ? thrown : new ExpectedFailure('unavailable', webWords.broken(code), String(thrown))
}

function codeOf(thrown: unknown): string | null {
  const first = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown
  if (!(first instanceof Error)) return null
  const code = 'code' in first ? first.code : null
  if (typeof code === 'string') return code
  return first.name === 'HTTPParserError' ? 'an answer that is no HTTP' : null
}
