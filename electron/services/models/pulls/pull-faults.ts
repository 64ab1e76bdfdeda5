// What a registry, a disk or a server can say instead of a model, and what to tell the person.
import type { FailureCode } from '../../../../shared/failure.ts'
import { pullWords as words } from '../../../../shared/messages/pulls.ts'
import { type Asked, ServerFault, statusFault } from '../faults.ts'
import { errorWords } from '../wire.ts'

interface PullRow {
  words: RegExp
  code: FailureCode
  again?: 'always'
  message: (asked: Asked) => string
}

/** The first row that fits; an error of the registry comes within the stream, with status 200. */
const rows: readonly PullRow[] = [
  {
    // Before the network: a full disk ends as "max retries exceeded", too.
    words: /no space left|not enough space|disk (is )?full|quota exceeded/iu,
    code: 'no-space',
    message: (asked) => words.serverDiskFull(asked.host),
  },
  {
    words: /file does not exist|manifest unknown|model .*not found|name unknown/iu,
    code: 'unavailable',
    message: (asked) => words.unknownModel(asked.model),
  },
  {
    words: /invalid model name|is invalid/iu,
    code: 'invalid-input',
    message: (asked) => words.noName(asked.model),
  },
  { words: /digest mismatch/iu, code: 'damaged', message: () => words.digestMismatch },
  {
    words: /newer version of ollama|requires a newer version/iu,
    code: 'unavailable',
    message: (asked) => words.newerServer(asked.model),
  },
  {
    words: /unauthorized|access denied|forbidden|authentication/iu,
    code: 'denied',
    message: (asked) => words.registryDenied(asked.model),
  },
  { words: /too many requests|rate limit/iu, code: 'busy', again: 'always', message: () => words.registryBusy },
  {
    words:
      /max retries exceeded|no such host|dial tcp|server misbehaving|network is unreachable|no route to host|i\/o timeout|handshake timeout|deadline exceeded|connection re(fused|set)|broken pipe|unexpected EOF/iu,
    code: 'unavailable',
    again: 'always',
    message: () => words.registryUnreachable,
  },
]

/** A line `{"error": …}` of a pull. */
export function pullFault(error: unknown, asked: Asked): ServerFault {
  const said = errorWords(error)
  const row = rows.find((one) => one.words.test(said))
  if (row === undefined) return new ServerFault({ code: 'unavailable' }, words.failed(asked.model), said)
  return new ServerFault(row, row.message(asked), said)
}

/** An answer to a pull with an error status. */
export function pullStatusFault(status: number, body: string, asked: Asked) {
  // What a registry refuses comes within the stream: this is whoever stands before the server.
  if (status === 401) return statusFault(status, body, { ...asked, model: '' })
  const spoken = statusFault(status, body, asked)
  const row = rows.find((one) => one.words.test(body))
  return row === undefined ? spoken : new ServerFault(row, row.message(asked), `${status} ${body}`.trim())
}
