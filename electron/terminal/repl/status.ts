// The line below what is written: which model, how much it may do, where, how full its window is, and how far it is.
import { basename } from 'node:path'
import { contextWords } from '../../../shared/messages/context.ts'
import { elapsed } from '../../../shared/messages/durations.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { Conversation } from './conversation.ts'
import { safeLine } from './safe-text.ts'

export function statusLine(conversation: Conversation, now: number): string {
  const { model, mode, folder, count, run, rate } = conversation
  const seconds = run === null ? null : Math.max(0, Math.floor((now - Date.parse(run.startedAt)) / 1_000))
  return [
    ...(model === null ? [] : [safeLine(model)]),
    words.modes[mode],
    ...(folder === null ? [words.noFolder] : [safeLine(basename(folder))]),
    ...(count === null ? [] : [contextWords.meter(count.used, count.window)]),
    ...(seconds === null ? [] : [elapsed(seconds)]),
    ...(rate === null || run?.phase !== 'writing' ? [] : [words.about(words.rate(rate))]),
  ].join(' · ')
}
