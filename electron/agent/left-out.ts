// What of a conversation is in no summary, as it is recorded.
import type { LeftOut } from '../../shared/left-out.ts'
import { isMessage, type TreeRecord } from '../../shared/session.ts'
import { correctionsOn } from '../../shared/session-tree.ts'

/** So much of a question tells it from others. UTF-16 code units. */
const mostOfQuestion = 120

/** All between what is summarised already and this entry; what was left out before stays so. null when that is nothing. */
export function leftOutUntil(
  path: readonly TreeRecord[],
  entryId: string,
  { before, unread }: { before: readonly TreeRecord[]; unread: LeftOut | null },
): LeftOut | null {
  const end = path.findIndex(({ id }) => id === entryId)
  const messages = path.slice(before.length, end).filter(isMessage)
  const last = messages.at(-1)
  if (!last) return unread
  const corrections = correctionsOn(path)
  const question = messages.find(({ id, role }) => role === 'user' && !corrections.has(id))?.content ?? ''
  return {
    messages: messages.length + (unread?.messages ?? 0),
    since: unread ? unread.since : (messages[0]?.ts ?? null),
    until: last.ts,
    question: unread ? unread.question : beginningOf(question),
  }
}

function beginningOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= mostOfQuestion) return line
  return `${line.slice(0, mostOfQuestion).replace(/[\ud800-\udbff]$/, '')}…`
}
