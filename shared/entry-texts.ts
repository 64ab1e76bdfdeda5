// The texts of an entry that words can be found in, by what they are.
import type { MessageRecord } from './session.ts'
import { callsOf } from './session-tree.ts'

export const textFields = ['content', 'thinking', 'arguments', 'output'] as const
export type TextField = (typeof textFields)[number]

export interface EntryText {
  field: TextField
  text: string
}

export function textsOf(record: MessageRecord): EntryText[] {
  if (record.role === 'tool') return [{ field: 'output', text: record.content }]
  const texts: EntryText[] = [{ field: 'content', text: record.content }]
  if (record.role !== 'assistant') return texts
  if (record.thinking) texts.unshift({ field: 'thinking', text: record.thinking })
  const given = callsOf(record).map((call) => textOfArguments(call.arguments))
  if (given.length > 0) texts.push({ field: 'arguments', text: given.join('\n') })
  return texts
}

/** As they are shown: names, and texts as they are. */
export function textOfArguments(given: Readonly<Record<string, unknown>> | null): string {
  return Object.entries(given ?? {})
    .map(([name, value]) => `${name}\n${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`)
    .join('\n')
}
