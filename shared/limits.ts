// Plain values of the walls, apart from the schemas: the window needs these before its first words.

/** Longest message a person may send, in UTF-16 code units. */
export const messageLimit = 1_000_000

/** Most messages that may wait in a session, and how long they may be together, in UTF-16 code units. */
export const queueLimit = 32
export const queueTextLimit = 2_000_000

export const thinkLevels = ['off', 'low', 'medium', 'high'] as const

/** The model Carrel is made for; used when nothing else was chosen. */
export const defaultModel = 'gemma4:e4b'
