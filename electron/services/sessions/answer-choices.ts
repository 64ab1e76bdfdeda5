// How the model of a session answers, as it was chosen for it: thinking, sampling, and the person's own words.
import type { z } from 'zod'
import {
  type AnswerChoices,
  type AnswerPatch,
  noAnswerChoices,
  ownText,
  recordedSampling,
} from '../../../shared/answers.ts'
import { answerWords } from '../../../shared/messages/answers.ts'
import { type Diagnostic, isMessage, type SessionRecord, type TreeRecord } from '../../../shared/session.ts'
import { type ThinkLevel, thinkLevel } from '../../../shared/think.ts'
import type { Thinking } from '../../../shared/thinking.ts'

const fields = { think: thinkLevel.nullable(), options: recordedSampling, ownPrompt: ownText.nullable() }
/** What of it one record may say. */
type Recorded = { [Name in keyof typeof fields]?: z.infer<(typeof fields)[Name]> }

/** What was chosen last on the way. A value that cannot be read counts for nothing: the one before it holds. */
export function answersOn(path: readonly TreeRecord[]): AnswerChoices {
  let choices = noAnswerChoices
  for (const record of path) {
    if (record.type !== 'settings') continue
    const { think, options, ownPrompt } = readableIn(record)
    choices = {
      ...choices,
      ...(think !== undefined && { think }),
      ...(ownPrompt !== undefined && { ownPrompt }),
      ...(options && {
        temperature: options.temperature ?? null,
        topP: options.top_p ?? null,
        seed: options.seed ?? null,
      }),
    }
  }
  return choices
}

/** The fields of a record that changes them as they are wished; null when nothing is another. */
export function answersRecord(before: AnswerChoices, patch: AnswerPatch): Recorded | null {
  const { think, ownPrompt, temperature, topP, seed } = { ...before, ...withoutMissing(patch) }
  const hasOther = temperature !== before.temperature || topP !== before.topP || seed !== before.seed
  const record: Recorded = {
    ...(think !== before.think && { think }),
    ...(ownPrompt !== before.ownPrompt && { ownPrompt }),
    ...(hasOther && {
      options: {
        ...(temperature !== null && { temperature }),
        ...(topP !== null && { top_p: topP }),
        ...(seed !== null && { seed }),
      },
    }),
  }
  return Object.keys(record).length === 0 ? null : record
}

/** Records whose choices cannot be read. Nothing of the conversation is missing for it. */
export function unreadableChoices(records: readonly SessionRecord[]): Diagnostic[] {
  const places = records.flatMap((record) => {
    if (record.type !== 'settings') return []
    const bad = names.filter((name) => name in record && !fields[name].safeParse(record[name]).success)
    return bad.length > 0 ? [answerWords.unreadable(bad.join(', '))] : []
  })
  return places.map((message) => ({ code: 'bad_settings', offset: 0, length: 0, message }))
}

export interface Told {
  think: ThinkLevel
  ownPrompt: string | null
}

/** Whether a model that answered when the session said `before` has to read all of it anew: both stand at its beginning. */
export function readsAnew(before: Told | null, now: Told, thinking: Thinking): boolean {
  if (before === null) return false
  const toServer = ({ think }: Told) =>
    thinking === 'none' ? 'off' : thinking === 'switch' && think !== 'off' ? 'on' : think
  return before.ownPrompt !== now.ownPrompt || toServer(before) !== toServer(now)
}

/** What a session said when its model answered last; null when it has not yet. */
export function toldBefore(path: readonly TreeRecord[], usual: ThinkLevel): Told | null {
  const last = path.findLastIndex((record) => isMessage(record) && record.role === 'assistant')
  if (last < 0) return null
  const { think, ownPrompt } = answersOn(path.slice(0, last))
  return { think: think ?? usual, ownPrompt }
}

const names = ['think', 'options', 'ownPrompt'] as const

function readableIn(record: SessionRecord): Recorded {
  const read = names.flatMap((name) => {
    const parsed = name in record ? fields[name].safeParse(record[name]) : null
    return parsed?.success ? [[name, parsed.data] as const] : []
  })
  return Object.fromEntries(read)
}

function withoutMissing(patch: AnswerPatch): Partial<AnswerChoices> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
}
