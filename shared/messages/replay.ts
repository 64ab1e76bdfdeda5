// What a person reads of replays.
import type { ReplayState } from '../replay.ts'

export const replayWords = {
  noQuestions: 'There is no question in this session that could be asked again.',
  running: 'An answer is being written in this session. Replay it when that has ended.',
  goingOn: 'A replay is going on here. Stop it first, or wait until it is over.',
  title: (title: string, model: string) => `${title} (replay, ${model})`,
  act: 'Replay with another model…',
  of: 'A replay of ',
  gone: 'A replay of a session that is no longer there',
  facts({ model, asked, of, calls, found, isGoingOn }: ReplayState): string {
    const looked =
      calls === 0
        ? 'no tool was called.'
        : `tools answered from the log: ${found} of ${calls} calls found, nothing was run.`
    const place = isGoingOn
      ? `Question ${Math.min(asked + 1, of)} of ${of}; `
      : asked < of
        ? `It ended after ${asked} of ${of} questions; `
        : ''
    return ` with ${model}. ${place}${place === '' ? looked.charAt(0).toUpperCase() + looked.slice(1) : looked}`
  },
  progress: (place: number, of: number) => `Question ${place} of ${of}`,
  /** In the list. */
  mark: 'Replay',
  isNone: 'This session is no replay.',
  /** In the panel. */
  heading: 'Replays',
  /** At the session that is replayed. */
  replays: (count: number) => (count === 1 ? 'Replayed as ' : `${count} replays:`),
  moreReplays: (count: number) => `Show ${count} more`,
  sideBySide: 'Side by side',
  sideBySideNamed: (title: string) => `Side by side with ${title}`,
  noModel: 'Name the model that shall answer: --model MODEL.',
} as const

/** What a model hears for a call that the log does not have. */
export const notInLog = 'not run: this call was not made in that session, and nothing is run in a replay.'
/** Where a result of the log is longer than there is room for. */
export const restLeftOut = (characters: number) => `\n[${characters} more characters are left out to save room]`
