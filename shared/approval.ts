// A question at the border: what is asked, what was decided, and what is remembered of it.
import { z } from 'zod'
import { seal } from './seal.ts'
import { toolEffect } from './tool.ts'

/** How much a session may do unasked. */
export const sessionMode = z.enum(['read-only', 'workspace', 'trusted'])
export type SessionMode = z.infer<typeof sessionMode>
export const defaultMode: SessionMode = 'workspace'

/** Why a person is asked; the card and the terminal have a sentence for each. */
export const askReason = z.enum([
  /** No rule covers this command. */
  'command',
  /** A command of which a rule can never be sure: metacharacters, an interpreter, a line that cannot be read. */
  'unruly-command',
  /** It reaches a host. */
  'network',
  /** The file looks like a password or a key. */
  'secret',
  /** The file has a second name, which may lie anywhere. */
  'hard-link',
  /** It records a commit in .git, which is read-only for everything else. */
  'commit',
  /** The call was broken and has been put right by a guess. */
  'repaired',
  /** Not every guard holds. */
  'unsealed',
  /** The seal is off, and this one command would run without any sandbox. */
  'no-sandbox',
])
export type AskReason = z.infer<typeof askReason>

export const decision = z.enum(['allow', 'deny'])
export type Decision = z.infer<typeof decision>
export const scope = z.enum(['once', 'session', 'folder'])
export type Scope = z.infer<typeof scope>

/** What is decided upon, in the exact bytes that will be used. */
export const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), command: z.string(), background: z.boolean() }),
  /** The path as it was given. */
  z.object({ kind: z.literal('file'), path: z.string(), action: z.enum(['read', 'write']) }),
  z.object({ kind: z.literal('url'), url: z.string(), host: z.string() }),
  z.object({ kind: z.literal('commit'), message: z.string(), paths: z.array(z.string()) }),
  /** Anything else: the arguments as canonical JSON. */
  z.object({ kind: z.literal('call'), arguments: z.string() }),
])
export type Subject = z.infer<typeof subject>

/** As it is shown to the person. Nothing in it is cut short. */
export const approval = z.object({
  /** 128 random bits in hex. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  sessionId: z.string(),
  callId: z.string(),
  tool: z.string(),
  effect: toolEffect,
  subject,
  /** Absolute path of the workspace. */
  folder: z.string(),
  reasons: z.array(askReason).min(1),
  /** Hex SHA-256 of the tool, its canonical arguments, the folder and the version of the policy: a decision holds for these only. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** What "for this session" and "in this folder" would cover from then on, in words; null when it is never remembered. */
  remembers: z.string().nullable(),
  /** The jail as it stands. */
  seal,
  /** ISO 8601 UTC. An answer that comes later, or that allows within the first 500 ms, is refused. */
  askedAt: z.string(),
  expiresAt: z.string(),
})
export type Approval = z.infer<typeof approval>

/** So long nothing is armed. Milliseconds. */
export const armsAfterMs = 500

/** A lasting decision. */
export const rule = z.object({
  id: z.string(),
  tool: z.string(),
  /** Tokens of a command, a host, …: as it is shown. */
  pattern: z.string(),
  decision,
  scope: z.enum(['session', 'folder']),
  /** Absolute path of the folder it counts in. */
  folder: z.string(),
  sessionId: z.string().nullable(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  /** What it matched lately, newest first. */
  lastMatches: z.array(z.string()),
  uses: z.number().int().nonnegative(),
})
export type Rule = z.infer<typeof rule>
