// What the loop itself says to a model. Part of the prompt and of the record, and so not among the words for people.
export const toModel = {
  interrupted: 'interrupted; effect unknown',
  neverRan: 'not run',
  cancelled: 'cancelled by the person before it ran',
  cancelledUnknown: 'cancelled by the person while it ran; effect unknown',
  tooMany: (most: number) => `not run: at most ${most} calls in one answer. Make this call in your next answer.`,
  repeated: 'Same call, same result as before. Do something else, or answer with what you know.',
  /** After an answer without a word and without a call. */
  nudge: 'Your last answer was empty. Answer the question, or call a tool.',
  /** Before the answer that closes a turn with too many rounds. */
  close: 'You have used all your steps. Say what you did and what is left to do. Do not call a tool.',
  stuck: 'The same tool failed three times in a row. Say what you tried and what is in the way. Do not call a tool.',
  /** Stands for a result that was shown whole before. */
  leftOut: (begins: string, characters: number) =>
    `[Left out to save room: ${characters} characters that begin "${begins}". If you need them, call again.]`,
  middleLeftOut: (characters: number) =>
    `[${characters} characters left out to save room; call again for less at a time]`,
  /** Behind the beginning of a text that the model wrote into a call. */
  restLeftOut: (characters: number) => `[… all ${characters} characters were given; left out here to save room]`,
} as const
