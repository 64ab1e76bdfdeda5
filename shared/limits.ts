// Plain values of the walls, apart from the schemas: the window needs these before its first words.

/** Longest message a person may send, in UTF-16 code units. */
export const messageLimit = 1_000_000

/** Most messages that may wait in a session, and how long they may be together, in UTF-16 code units. */
export const queueLimit = 32
export const queueTextLimit = 2_000_000

export const thinkLevels = ['off', 'low', 'medium', 'high'] as const

/** What of a model's sampling a session may choose, and how long its own words to the model may be, in UTF-16 code units. */
export const answerLimits = {
  temperature: { least: 0, most: 2 },
  topP: { least: 0.01, most: 1 },
  seed: { least: 0, most: 2_147_483_647 },
  ownPrompt: 8_000,
} as const

/** Most texts a person may keep to insert, and how long the name of one may be. */
export const templateLimits = { count: 20, name: 60 } as const

/** The model Carrel is made for; used when nothing else was chosen. */
export const defaultModel = 'gemma4:e4b'

/** Of a session and its replay side by side, so many questions are told at once, and so much of each answer. UTF-16 code units. */
export const pairsAtOnce = 20
export const pairTextLimit = 20_000

/** What a person says of a summary that they want. UTF-16 code units. */
export const wishLimit = 2_000

/** Tokens of context a model is asked for without any knowledge of its machine. */
export const usualWindow = 16_384

/** What a person chooses from, tokens. */
export const windowSteps = [4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 262_144] as const

/** Anything below leaves no room for the words of the tools and an answer. */
export const leastWindow = 2_048
