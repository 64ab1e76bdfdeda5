// What a crash left beside a session: the answer that was being written becomes a record, marked as interrupted.
import { messages } from '../../../shared/messages/messages.ts'
import { isMessage, type MessageRecord, type SessionRecord, type TreeRecord } from '../../../shared/session.ts'
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
    const way = activePath(records)
    const draft = read === 'broken' ? lostAnswer(way, surroundings) : unrecorded(read, records, way, surroundings)
    if (draft) await file.append([interruptedAnswer(draft, surroundings)])
  }
  await removeDraft(path)
}

/**
 * What is to be recorded of a draft: null when its answer is whole in the log. Written at most once a second, it may be
 * older than the calls, results and corrections behind which the next answer was to come.
 */
function unrecorded(
  draft: AnswerDraft,
  records: readonly SessionRecord[],
  way: readonly TreeRecord[],
  surroundings: RecoverySurroundings,
): AnswerDraft | null {
  if (records.some((record) => record.id === draft.answerId)) {
    return way.some(({ id }) => id === draft.answerId) ? lostAnswer(way, surroundings) : null
  }
  const at = way.findIndex(({ id }) => id === draft.parentId)
  const since = at < 0 ? [] : way.slice(at + 1)
  // Another answer there: this one is its sibling.
  const isBehind = !since.some((record) => isMessage(record) && record.role === 'assistant')
  return { ...draft, parentId: (isBehind && since.at(-1)?.id) || draft.parentId }
}

/** What is left to say is that an answer had begun. Null when the way ends with one. */
function lostAnswer(way: readonly TreeRecord[], { newId }: RecoverySurroundings): AnswerDraft | null {
  const said = way.findLast(isMessage)
  const end = way.at(-1)
  if (!said || !end || (said.role === 'assistant' && said.stop !== 'tool_calls')) return null
  return { answerId: newId(), parentId: end.id, model: null, content: '', thinking: '' }
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
