// Words about how the model of a session answers.
export const answerWords = {
  /** Of a damaged record. */
  unreadable: (names: string) => `what was chosen of ${names} cannot be read; what was chosen before holds`,
} as const
