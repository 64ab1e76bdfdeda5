// Words of summaries that a person asks for.
export const compactWords = {
  /** After the slash: no translation, it is typed. */
  name: 'compact',
  description: 'Summarise the earlier conversation for the model; words behind it say what matters',
  noSession: 'There is nothing to summarise in a new session.',
  tooLong: (most: number) => `What you say of a summary may have ${most} characters.`,
  stopped: 'Stopped. Nothing was summarised; the conversation is as it was.',
  done: (messages: number, leftOut: number) =>
    leftOut === 0
      ? `To the model, this stands for the first ${messages} messages from here on. All of them stay in the session.`
      : `To the model, this stands for ${messages - leftOut} messages from here on, and it is shown nothing of the ${leftOut} before them. All of them stay in the session.`,
} as const
