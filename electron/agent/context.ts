// What the model is shown of a session.

import { isMessage, type TreeRecord } from '../../shared/session.ts'
import type { ModelMessage } from '../contracts.ts'

/**
 * Byte-stable on purpose: the server keeps what it has evaluated as long as the beginning of the prompt stays the same,
 * so no clock, folder or counter may ever stand here.
 */
export const systemPrompt =
  'You are Carrel, an assistant that works with one person on their own computer. ' +
  'Answer in the language of the question, in Markdown, plainly and to the point. ' +
  'When you do not know something, say so.'

/** The messages of the active path, oldest first, with the system prompt before them. Empty answers are left out. */
export function messagesFor(path: readonly TreeRecord[]): ModelMessage[] {
  const shown: ModelMessage[] = [{ role: 'system', content: systemPrompt }]
  for (const record of path) {
    if (!isMessage(record) || (record.role !== 'user' && record.role !== 'assistant')) continue
    if (record.role === 'assistant' && record.content === '') continue
    // Thinking is not sent back: it belongs to the turn it was made in.
    shown.push({ role: record.role, content: record.content })
  }
  return shown
}
