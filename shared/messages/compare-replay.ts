// What the window says where a session and its replay stand side by side.
import type { ComparedCall } from '../replay.ts'

const questions = (count: number) => (count === 1 ? '1 question' : `${count} questions`)

export const compareReplayWords = {
  title: 'A session and its replay',
  close: 'Close',
  reading: 'Reading both sessions…',
  readingPair: 'Reading…',
  pairs: 'Questions with both answers',
  /** For those who listen, before its words. */
  question: (place: number) => `Question ${place}: `,
  /** For those who listen, before the model. */
  original: 'In the session: ',
  replay: 'In the replay: ',
  unknownModel: 'Unknown model',
  same: (of: number) => `${questions(of)}; both made the same calls.`,
  differing: (count: number, of: number) => `${questions(of)}; other calls were made at ${count}.`,
  place: (place: number, count: number) => `Difference ${place} of ${count}`,
  previous: 'Difference before this one',
  next: 'Next difference',
  notOriginal: 'Asked in the replay alone.',
  notReplay: 'Not asked in the replay.',
  notYet: 'Not asked yet.',
  nothing: 'Nothing was answered.',
  leftOut: (characters: string) => `${characters} more characters stand in the session.`,
  calls: 'Calls',
  marks: {
    same: '',
    'not-in-log': 'not in the log, not run',
    'not-made': 'not called in the replay',
  } satisfies Record<ComparedCall['mark'], string>,
} as const
