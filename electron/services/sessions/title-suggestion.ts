// A title by the model: asked for by a person, while nothing is answered, and in a way that leaves the chat's cache as it was.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { titleWords as words } from '../../../shared/messages/titles.ts'
import { plainText } from '../../../shared/plain-text.ts'
import { isMessage, titleRecord } from '../../../shared/session.ts'
import { sessionTree } from '../../../shared/session-tree.ts'
import { deriveTitle } from '../../../shared/title.ts'
import { askAside } from '../../agent/aside.ts'
import { toModel } from '../../agent/to-model.ts'
import { modelOf, type NextServices, nextRequest } from './next-request.ts'
import type { OpenSession } from './session-actor.ts'

/** Longer than this it is no title, and what comes after is not waited for. UTF-16 code units. */
const mostHeard = 200

/** Throws what keeps the model from answering, `denied` when the person has named it, and `cancelled`. */
export async function suggestTitle(
  sessionId: string,
  session: OpenSession,
  services: NextServices,
  signal: AbortSignal,
): Promise<string> {
  const { records } = session.file.reading()
  if (records.some((record) => titleRecord.safeParse(record).data?.by === 'user')) {
    throw new ExpectedFailure('denied', words.named)
  }
  const tree = sessionTree(records)
  if (!tree.path.some((record) => isMessage(record) && record.role === 'assistant')) {
    throw new ExpectedFailure('invalid-input', words.nothingSaid)
  }
  const { models } = services
  const model = await modelOf(tree.path, models)
  const { toolbox, request } = await nextRequest({ sessionId, model, tree }, session, services, signal)
  const enough = new AbortController()
  const turn = await askAside(
    { models, toolbox },
    request,
    toModel.title,
    (text) => {
      if (text.length > mostHeard || /\S\s*\n/.test(text)) enough.abort()
    },
    AbortSignal.any([signal, enough.signal]),
  )
  if (signal.aborted) throw new ExpectedFailure('cancelled', words.stopped)
  if (turn.error) throw new ExpectedFailure(turn.error.code, turn.error.message, turn.error.detail)
  const title = titleIn(turn.content)
  if (title === '') throw new ExpectedFailure('unavailable', words.none)
  return title
}

/** Without what models put around it: marks, quotes, the word for it. */
export function titleIn(text: string): string {
  const line = plainText(text).trim().split('\n', 1)[0] ?? ''
  return deriveTitle(
    line
      .replace(/^[\s#>*_`-]+/, '')
      .replace(/^(the )?title\s*:\s*/i, '')
      .replace(/^["'“”„«»‘’*_`\s]+|["'“”„«»‘’*_`\s.]+$/gu, ''),
  )
}
