// The settings a person can change, their limits and their defaults.
import { z } from 'zod'
import { ownText } from './answers.ts'
import { windowChoices } from './context-window.ts'
import { defaultModel, templateLimits, thinkLevels } from './limits.ts'
import { keptServer, mostServers } from './servers.ts'
import { thinkLevel } from './think.ts'

export { type ThinkLevel, thinkLevel } from './think.ts'
export { defaultModel, thinkLevels }

/** How a session's calls are written: as the model's facts say, or always in one way. */
export const dialectChoice = z.enum(['auto', 'native', 'prompted'])
export type DialectChoice = z.infer<typeof dialectChoice>

/** What becomes of the beginning of a conversation that no longer fits its model's window. */
export const compactionChoice = z.enum(['automatic', 'off'])
export type CompactionChoice = z.infer<typeof compactionChoice>

export const rounds = z.number().int().min(1).max(200)

/** Absolute paths. */
const folderPaths = z.array(z.string().min(1).max(4_096)).max(100)

/** A text that a person keeps to insert it into a session's own words for the model. It is copied there, not linked. */
const template = z.strictObject({ name: z.string().trim().min(1).max(templateLimits.name), text: ownText })
export type PromptTemplate = z.infer<typeof template>

export const settings = z.object({
  /** Address of the Ollama server; null means OLLAMA_HOST or the default. */
  host: z.string().trim().min(1).max(2_000).nullable(),
  /** Servers beside the default one that the person keeps, in their order. Which one is used, `host` says. */
  servers: z.array(keptServer).max(mostServers),
  /** Model for new sessions; null means the default model, or the first one installed. */
  model: z.string().trim().min(1).max(400).nullable(),
  think: thinkLevel,
  /** Tokens of the window that new sessions ask of a model, where the person has chosen it. */
  windows: windowChoices,
  /** How many answers with calls a question may have before the one that must close it. */
  rounds,
  /** automatic: it is summarised · off: only when the person asks for it. */
  compaction: compactionChoice,
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** Interface and text size in percent. */
  textSize: z.number().int().min(80).max(200),
  /** Which key sends a message; the other one breaks the line. */
  sendWith: z.enum(['enter', 'mod-enter']),
  /** Read-only folders outside of /usr that commands see beside those of the PATH, and those of the PATH that they do not. */
  visibleFolders: z.object({ added: folderPaths, hidden: folderPaths }),
  /** Whether, where no jail can be used, a single command may be asked for that runs without one. */
  commandsWithoutSandbox: z.boolean(),
  /** Whether the system says that a run asks or has ended while the window is not in front. */
  notifications: z.boolean(),
  /** In the order they were kept; a name once. */
  promptTemplates: z
    .array(template)
    .max(templateLimits.count)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length),
})
export type Settings = z.infer<typeof settings>

export const settingsPatch = settings.partial().strict()
export type SettingsPatch = z.infer<typeof settingsPatch>

/** What a page may change by itself: servers have calls of their own, which forget a token with its address. What commands can read or do is no such thing: a person says so in a native dialog. */
export const pagePatch = settingsPatch.omit({ visibleFolders: true, commandsWithoutSandbox: true, servers: true })

/** What a terminal may change, where the person has said yes to what lets commands do more. */
export const terminalPatch = settingsPatch.omit({ servers: true })

export const defaultSettings: Settings = {
  host: null,
  servers: [],
  model: null,
  think: 'off',
  windows: {},
  rounds: 25,
  compaction: 'automatic',
  theme: 'system',
  density: 'comfortable',
  textSize: 100,
  sendWith: 'enter',
  visibleFolders: { added: [], hidden: [] },
  commandsWithoutSandbox: false,
  notifications: true,
  promptTemplates: [],
}
