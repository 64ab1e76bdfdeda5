// What is said about a run while it goes on.
export const notices = {
  emptyTurn: 'The model answered with nothing. Asking once more.',
  repeatedCall: 'The model made the same call again and again.',
  roundLimit: (rounds: number) => `The model took ${rounds} steps. It is asked to close.`,
  resultsShortened: 'The conversation is too long for the model. It is shown older tool results in short from here on.',
} as const
