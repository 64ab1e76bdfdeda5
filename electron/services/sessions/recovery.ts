// What a crash left beside a session: the answer that was being written becomes a record, marked as interrupted.
import { messages } from '../../../shared/messages/messages.ts'
import { isMessage, type MessageRecord, type SessionRecord } from '../../../shared/session.ts'
import { activePath } from '../../../shared/session-tree.ts'
import type { Surroundings } from '../../contracts.ts'
import { type AnswerDraft, readDraft, removeDraft } from './answer-draft.ts'
import { openSessionFile } from './session-file.ts'
import type { SessionsFolder } from './sessions-folder.ts'
import { headerOf, isNewer } from './summary.ts'

type RecoverySurroundings = Pick<Surroundings, 'now' | 'newId'>

/**
 * Puts a session's left-over draft into its log. The draft is taken away only when its answer is in the log or its
 * session is gone; a log that may not be written to keeps it beside itself.
 */
export async function recoverDraft(
  folder: SessionsFolder,
  sessionId: string,
  surroundings: RecoverySurroundings,
): Promise<void> {
  const path = folder.draftPathOf(sessionId)
  const read = await readDraft(path)
  if (read === 'none') return
  const place = await folder.findIfThere(sessionId)
  if (place) {
    const file = await openSessionFile(place.path)
    const { records } = file.reading()
    if (place.archived || records.length === 0 || isNewer(headerOf(records))) return
    const draft = read === 'broken' ? lostAnswer(records, surroundings) : read
    // A crash between the record and the removal of the draft: the answer is whole in the log.
    if (draft && !records.some((record) => record.id === draft.answerId)) {
      await file.append([interruptedAnswer(draft, surroundings)])
    }
  }
  await removeDraft(path)
}

/** The draft itself was lost as well: what is left to say is that an answer had begun. Null when one is in the log. */
function lostAnswer(records: readonly SessionRecord[], { newId }: RecoverySurroundings): AnswerDraft | null {
  const last = activePath(records).at(-1)
  if (!last || !isMessage(last) || last.role !== 'user') return null
  return { answerId: newId(), parentId: last.id, model: null, content: '', thinking: '' }
}

function interruptedAnswer(draft: AnswerDraft, { now }: RecoverySurroundings): MessageRecord {
  const message = draft.content === '' ? messages.failures.answerLostWhole : messages.failures.answerLost
  return {
    type: 'message',
    id: draft.answerId,
    parentId: draft.parentId,
    ts: now().toISOString(),
    role: 'assistant',
    content: draft.content,
    ...(draft.thinking === '' ? {} : { thinking: draft.thinking }),
    ...(draft.model === null ? {} : { model: draft.model }),
    stop: 'interrupted',
    usage: null,
    error: { code: 'interrupted', message },
  }
}
