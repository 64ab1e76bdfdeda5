// Going back to before a question: where the conversation then ends, and which runs came after it.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { isMessage } from '../../../shared/session.ts'
import { correctionsOn, type SessionTree } from '../../../shared/session-tree.ts'
import type { Checkpoints } from '../../contracts.ts'

/** Undoes every run since then, or throws and has done nothing. */
export type UndoSince = (since: string) => Promise<void>

export interface PlaceBefore {
  /** The new leaf; null is the place before the first message. */
  target: string | null
  /** When the question was asked. */
  since: string
  /** The conversation ends there already. */
  isThere: boolean
}

export function placeBefore(tree: SessionTree, entryId: string): PlaceBefore {
  const index = tree.nodes.findIndex(({ id }) => id === entryId)
  const question = tree.nodes[index]
  if (!question) throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
  const isQuestion = isMessage(question) && question.role === 'user'
  const isCorrection = correctionsOn(tree.pathTo(entryId) ?? []).has(entryId)
  // A message of the oldest form has no time, and no run that could be undone.
  if (!isQuestion || isCorrection) throw new ExpectedFailure('invalid-input', messages.failures.onlyQuestions)
  const target = tree.parentIds[index] ?? null
  return { target, since: question.ts ?? '9999', isThere: target === (tree.path.at(-1)?.id ?? null) }
}

export async function undoAll(
  checkpoints: Pick<Checkpoints, 'undoSince'>,
  sessionId: string,
  since: string,
): Promise<void> {
  const { conflicts } = await checkpoints.undoSince(sessionId, since)
  if (conflicts.length > 0) throw new ExpectedFailure('denied', messages.changes.rewindConflict(conflicts))
}
