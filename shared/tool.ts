// What a tool does and what it has done: the shapes that records and cards have in common.
import { z } from 'zod'
import type { FailureCode } from './failure.ts'

/** What a call can change. The policy decides by it whether a person is asked. */
export const toolEffect = z.enum(['read', 'write', 'execute', 'network'])
export type ToolEffect = z.infer<typeof toolEffect>

/** The tool by which a model reads what a skill says. */
export const skillTool = 'use_skill'

/**
 * Why a tool was not let in. `secret` and `hard-link` are what a person may still allow for one call; the others are final.
 */
export const refusalReason = z.enum([
  /** Not below the workspace, by its words or by where a link leads. */
  'outside',
  /** Never touched by a file tool: keys, browser profiles, Carrel's own data, what other programs run by themselves. */
  'protected',
  /** Looks like a password or a key. */
  'secret',
  /** A link where a file is to be written. */
  'link',
  /** A file that has a second name, which may lie anywhere. */
  'hard-link',
  /** A pipe, a device, a socket. */
  'special',
  /** Another one than was looked at before. */
  'changed',
  /** The workspace itself is not the folder it was. */
  'workspace',
  /** A replay: the session whose log answers had no such call. */
  'not-in-log',
])
export type RefusalReason = z.infer<typeof refusalReason>

/** One file a call has written. */
export const touchedFile = z.object({
  /** From the workspace's root, with slashes. */
  path: z.string(),
  change: z.enum(['created', 'replaced', 'edited']),
  /** Lines. */
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
  /** A unified diff of the text; null when it would be too long, or the file holds no text. */
  diff: z.string().nullable(),
})
export type TouchedFile = z.infer<typeof touchedFile>

/** What a look has found, counted. */
export const lookFound = z.object({
  what: z.enum(['lines', 'names', 'matches']),
  count: z.number().int().nonnegative(),
  /** Lines of a file: of how many. Matches: in how many files. */
  of: z.number().int().nonnegative().optional(),
  /** There is more than was looked at. */
  more: z.boolean().optional(),
})
export type LookFound = z.infer<typeof lookFound>

/** How a command ended. */
export const commandFound = z.object({
  /** null when it goes on in the background, or was ended by a signal or by us. */
  exit: z.number().int().nullable(),
  /** exited: by itself · background: it goes on · stopped: by the person or the model; else the limit that ended it. */
  why: z.enum(['exited', 'background', 'stopped', 'wall', 'cpu', 'output', 'memory', 'growth']),
  /** By which it is found again while it goes on. */
  handle: z.string().nullable(),
  /** Bytes it has written. */
  bytes: z.number().int().nonnegative(),
  /** What appeared in the folder that other programs run by themselves. */
  appeared: z.array(z.string()),
  /** It was run without a jail, as a person had allowed for this one command. */
  withoutSandbox: z.literal(true).optional(),
})
export type CommandFound = z.infer<typeof commandFound>

/** A page of the web that was read. */
export const pageFound = z.object({
  url: z.string(),
  status: z.number().int(),
  bytes: z.number().int().nonnegative(),
})

/** What a call has read of a skill. */
export const skillFound = z.object({
  name: z.string(),
  /** SHA-256 of the skill's folder, in hex: which version of it. */
  hash: z.string(),
  /** chosen: what it says · read: one of its files. */
  event: z.enum(['chosen', 'read']),
  /** From the skill's folder, with slashes; null for what it says. */
  path: z.string().nullable(),
  /** The model was shown all of it. */
  isWhole: z.boolean(),
})
export type SkillFound = z.infer<typeof skillFound>

/** What a card shows of a call beside its words. */
export const toolDetail = z.object({
  files: z.array(touchedFile),
  found: lookFound.optional(),
  command: commandFound.optional(),
  page: pageFound.optional(),
  skill: skillFound.optional(),
})
export type ToolDetail = z.infer<typeof toolDetail>

/** Why a call has not done what it should; the reason is a guard's, or why it was not run at all. */
export type CallFailure = {
  code: FailureCode
  reason: RefusalReason | 'unreadable' | 'unknown-tool' | 'too-many' | 'repeated' | 'not-allowed' | null
}
