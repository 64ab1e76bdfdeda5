// What is said about a run while it goes on.
export const notices = {
  emptyTurn: 'The model answered with nothing. Asking once more.',
  repeatedCall: 'The model made the same call again and again.',
  roundLimit: (rounds: number) => `The model took ${rounds} steps. It is asked to close.`,
  dialectChanged: (model: string) =>
    `Ollama offers ${model} no tools. It is shown how to write its calls as text, now and from now on.`,
  readsAnew:
    'How the model thinks, or what you tell it, is another since its last answer: it reads this conversation anew, once.',
  repairedCall: (tool: string) =>
    `The call of ${tool} had to be guessed at. It only runs by itself when it changes nothing.`,
  folderUntrusted: 'This folder has an AGENTS.md. It is not shown to the model as long as you do not trust the folder.',
  resultsShortened: 'The conversation is too long for the model. It is shown older tool results in short from here on.',
  compacted: (messages: number, leftOut: number) =>
    leftOut === 0
      ? `The conversation is too long for the model. It is shown a summary of the first ${messages} messages from here on; here all of them stay.`
      : `The conversation is far too long for the model. From here on it is shown a summary of ${messages - leftOut} messages, and nothing of the ${leftOut} before them: reading those, too, would take many more requests. Here all of them stay.`,
  compactionFailed: (reason: string) =>
    `The earlier conversation could not be summarised, and stays as it was. ${reason}`,
  nothingToSummarise:
    'There is nothing to summarise yet: the last two answers and their questions stay as they are, and what is before them is no longer than a summary.',
  summaryEmpty: 'The model wrote no summary.',
  summaryTooLong: 'The model’s summary was too long.',
  summaryNoGain: 'The summary is no shorter than what it stands for.',
  contextMismatch: (mismatch: ContextMismatch) =>
    mismatch.kind === 'loaded'
      ? `Ollama has loaded the model with a window of ${count(mismatch.found)} tokens, not the ${count(mismatch.asked)} that were asked for. The model may not have read all of this conversation; here all of it stays. Choose ${count(mismatch.found)} for it on the Models page and take that in this session’s panel, or free memory.`
      : mismatch.kind === 'over'
        ? `Ollama has counted ${count(mismatch.found)} tokens, more than the ${count(mismatch.asked)} of the window that was asked for. What is said here about the window may be wrong.`
        : `Ollama has counted ${count(mismatch.found)} tokens where about ${count(mismatch.sent)} were sent. It has probably left out the beginning of this conversation; here all of it stays. A newer Ollama says so instead.`,
} as const

/** What the server said of the window, and what was asked for or sent; tokens. */
type ContextMismatch =
  | { kind: 'loaded'; asked: number; found: number }
  | { kind: 'over'; asked: number; found: number }
  | { kind: 'cut'; sent: number; found: number }

const count = (tokens: number) => tokens.toLocaleString('en')
