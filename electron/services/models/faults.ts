// The table of everything an Ollama server or the way to it can answer instead of an answer, and what to tell the person.
import { ExpectedFailure, type FailureCode, type Remedy } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { errorWords, isRecord, parseJson } from './wire.ts'

export interface Asked {
  host: string
  /** Empty when the question was of no model. */
  model: string
  /** Whether a token went with the question. */
  withToken?: boolean
}

/**
 * Whether asking again can help by itself, as long as no token has arrived: `always`, or only when the server was there a
 * moment ago, because one that is not running is better told at once than after eight seconds.
 */
export type Again = 'always' | 'if-it-was-there'

/** An expected failure of a server or of the way to it. */
export class ServerFault extends ExpectedFailure {
  readonly again: Again | null

  constructor(row: { code: FailureCode; again?: Again; remedy?: Remedy }, message: string, detail: string) {
    super(row.code, message, detail, row.remedy)
    this.again = row.again ?? null
  }
}

/** One row: the first row whose conditions all hold gives code and sentence. */
interface ServerRow {
  status?: readonly number[]
  words?: RegExp
  when?: (asked: Asked) => boolean
  code: FailureCode
  again?: Again
  remedy?: Remedy
  message: (asked: Asked, status: number) => string
}

/** What Ollama says in words, before or within the stream (status 200). */
const spokenRows: readonly ServerRow[] = [
  {
    // Before the others: Ollama adds the last words its runner ever said, which may be of an earlier request.
    words:
      /unexpectedly stopped|process has terminated|error was encountered while running|system memory|out of memory|cudaMalloc|unable to allocate|timed out waiting for .*runner/iu,
    code: 'unavailable',
    message: () => failures.outOfMemory,
  },
  {
    words: /server busy|maximum pending requests/iu,
    code: 'busy',
    again: 'always',
    message: () => failures.serverBusy,
  },
  {
    words: /model .*not found|try pulling it first/iu,
    code: 'unavailable',
    message: (asked) => failures.noSuchModel(asked.model, asked.host),
  },
  {
    words: /does not support chat/iu,
    code: 'invalid-input',
    message: (asked) => failures.modelCannotChat(asked.model),
  },
  {
    words: /does not support thinking/iu,
    code: 'invalid-input',
    message: (asked) => failures.modelCannotThink(asked.model),
  },
  {
    words: /does not support tools/iu,
    code: 'invalid-input',
    remedy: 'other-dialect',
    message: (asked) => failures.modelCannotUseTools(asked.model),
  },
  {
    words: /exceed_context_size|exceeds? the (available )?context|longer than the context/iu,
    code: 'limit',
    remedy: 'shorter-prompt',
    message: () => failures.contextFull,
  },
  { status: [499], code: 'cancelled', message: () => failures.cancelled },
  // Without a model it is nobody's cloud that asks, but whoever stands before the server.
  ...tokenRows((asked) => asked.model === ''),
  { status: [401], code: 'denied', message: (asked) => failures.signInNeeded(asked.model) },
  { status: [403], words: /\S/u, code: 'denied', message: (asked) => failures.cloudRefused(asked.model) },
  { status: [403], code: 'denied', message: (asked) => failures.hostRefused(asked.host) },
  { status: [429], code: 'busy', message: () => failures.usageLimit },
  { status: [503], code: 'busy', again: 'always', message: () => failures.serverBusy },
  { status: [502, 504], code: 'unavailable', message: (asked, status) => failures.hostFailed(asked.host, status) },
  { status: [400, 413, 415, 422], code: 'invalid-input', message: () => failures.requestRefused },
  { status: [404, 405], code: 'unavailable', message: (asked) => failures.notOllama(asked.host) },
  { code: 'unavailable', message: () => failures.modelFailed },
]

/** What answers in another way than Ollama's JSON: a proxy in between, or another program at this port. */
const foreignRows: readonly ServerRow[] = [
  ...tokenRows(() => true),
  { status: [403, 407], code: 'denied', message: (asked) => failures.hostRefused(asked.host) },
  {
    status: [503],
    code: 'unavailable',
    again: 'always',
    message: (asked, status) => failures.hostFailed(asked.host, status),
  },
  {
    status: [429, 500, 502, 504],
    code: 'unavailable',
    message: (asked, status) => failures.hostFailed(asked.host, status),
  },
  { code: 'unavailable', message: (asked) => failures.notOllama(asked.host) },
]

/** Of a server that wants to know who asks. */
function tokenRows(isItsOwn: (asked: Asked) => boolean): ServerRow[] {
  return [
    {
      status: [401, 403],
      when: (asked) => asked.withToken === true,
      code: 'denied',
      message: (asked) => failures.tokenRefused(asked.host),
    },
    { status: [401], when: isItsOwn, code: 'denied', message: (asked) => failures.tokenWanted(asked.host) },
  ]
}

interface WayRow {
  codes: RegExp
  /** Only when something of the answer had arrived. */
  begun?: true
  code: FailureCode
  again?: Again
  message: (asked: Pick<Asked, 'host'>, begun: boolean) => string
}

/** What the way to the server can do: codes of Node and of its HTTP parser. */
const wayRows: readonly WayRow[] = [
  {
    codes: /^ECONNREFUSED$/u,
    code: 'unavailable',
    again: 'if-it-was-there',
    message: (asked) => failures.ollamaNotRunning(asked.host),
  },
  {
    codes: /^(ENOTFOUND|EAI_\w+|ERR_INVALID_URL)$/u,
    code: 'unavailable',
    message: (asked) => failures.hostUnknown(asked.host),
  },
  {
    codes: /^(ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|TimeoutError)$/u,
    code: 'unavailable',
    message: (asked, begun) => (begun ? failures.connectionLost : failures.hostTimedOut(asked.host)),
  },
  {
    // A server that is killed in the middle leaves an unfinished chunk, which the parser calls bad HTTP.
    codes: /^HPE_\w+$/u,
    begun: true,
    code: 'unavailable',
    again: 'always',
    message: () => failures.connectionLost,
  },
  {
    codes: /^HPE_\w+$/u,
    code: 'unavailable',
    message: (asked) => failures.notOllama(asked.host),
  },
  {
    codes: /^(ERR_SSL_\w+|ERR_TLS_\w+|EPROTO|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/u,
    code: 'unavailable',
    message: (asked) => failures.hostNotTrusted(asked.host),
  },
  { codes: /^bad port$/u, code: 'invalid-input', message: (asked) => failures.hostInvalid(asked.host) },
  {
    codes: /^(E[A-Z]{3,}|ERR_STREAM_PREMATURE_CLOSE)$/u,
    code: 'unavailable',
    again: 'always',
    message: (asked, begun) => (begun ? failures.connectionLost : failures.connectionBroke(asked.host)),
  },
]

/** An answer with an error status. The body is text of any kind, at most a few kilobytes of it. */
export function statusFault(status: number, body: string, asked: Asked): ExpectedFailure {
  const parsed = parseJson(body)
  // Ollama refuses a Host header it does not trust with 403 and no body at all.
  const isSilent = body === '' && status >= 400
  const spoken = isRecord(parsed) && 'error' in parsed ? errorWords(parsed['error']) : isSilent ? '' : null
  const rows = spoken === null ? foreignRows : spokenRows
  return fromRows(rows, status, spoken ?? '', asked, spoken || body)
}

/** A line `{"error": …}` in a stream that had begun with status 200. */
export function lineFault(error: unknown, asked: Asked): ExpectedFailure {
  const words = errorWords(error)
  return fromRows(spokenRows, 200, words, asked, words)
}

function fromRows(
  rows: readonly ServerRow[],
  status: number,
  words: string,
  asked: Asked,
  raw: string,
): ExpectedFailure {
  const row = rows.find(
    (row) => (row.status?.includes(status) ?? true) && (row.words?.test(words) ?? true) && (row.when?.(asked) ?? true),
  )
  if (row === undefined) throw new Error('The table of faults has no last row.')
  return new ServerFault(row, row.message(asked, status), `${status} ${raw}`.trim())
}

/**
 * A thrown error of the connection as a failure. `begun` says whether something of the answer had arrived.
 * What is no error of the connection is a bug and is given back as it is.
 */
export function wayFault(thrown: unknown, asked: Pick<Asked, 'host'>, begun: boolean): unknown {
  if (thrown instanceof ExpectedFailure) return thrown
  const causes = causesOf(thrown)
  for (const row of wayRows) {
    if (row.begun && !begun) continue
    const found = causes.find((cause) => row.codes.test(cause))
    if (found !== undefined) return new ServerFault(row, row.message(asked, begun), causes.join(' · '))
  }
  return thrown
}

/** Codes and words of an error and of everything below it; Node hides the code of a refused connection up to three deep. */
function causesOf(thrown: unknown, depth = 0): string[] {
  if (!(thrown instanceof Error) || depth > 4) return []
  const own = 'code' in thrown && typeof thrown.code === 'string' ? [thrown.code] : []
  const inner = thrown instanceof AggregateError ? thrown.errors.flatMap((error) => causesOf(error, depth + 1)) : []
  return [...own, thrown.name, thrown.message, ...inner, ...causesOf(thrown.cause, depth + 1)]
}
