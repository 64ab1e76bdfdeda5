// The session format v1 as it is written: every type of record, exactly. Reading is more lenient (shared/session.ts).
import { z } from 'zod'
import { ownText, recordedSampling } from './answers.ts'
import { attachment } from './attachment.ts'
import { windowSize } from './context-window.ts'
import { leftOut } from './left-out.ts'
import { replayProgress } from './replay.ts'
import { formatVersion, recordedError, sessionId, stopReason, titleLimit, usage } from './session.ts'
import { shortening } from './shortenings.ts'
import { blob, hash, spilled } from './spilled.ts'
import { thinkLevel } from './think.ts'
import { toolDetail } from './tool.ts'

const id = z.string().min(1).max(128)
const parentId = id.nullable()
/** ISO 8601 UTC. */
const ts = z.iso.datetime()
const anything = z.record(z.string(), z.unknown())

export const header = z.object({
  type: z.literal('session'),
  v: z.literal(formatVersion),
  id: sessionId,
  ts,
  /** Program and version that began the file. */
  app: z.string(),
  workspace: z.string().nullable(),
  /** The session this one was forked from, and the entry there. */
  parentSession: sessionId.nullable(),
  forkedAt: id.nullable(),
  /** The session is a replay of `parentSession`: its calls are answered from the log of that, and never run. */
  replayOf: z.object({ model: z.string().min(1) }).optional(),
})

const node = { id, parentId, ts, spilled: spilled.optional() }

export const userMessage = z.object({
  type: z.literal('message'),
  ...node,
  role: z.literal('user'),
  content: z.string(),
  /** In the order they were attached. */
  attachments: z.array(attachment).optional(),
})

export const assistantMessage = z.object({
  type: z.literal('message'),
  ...node,
  role: z.literal('assistant'),
  content: z.string(),
  thinking: z.string().optional(),
  toolCalls: z
    .array(z.object({ id: z.string().min(1), name: z.string(), arguments: anything, repaired: z.boolean().optional() }))
    .optional(),
  /** What the model really wrote, in the prompted dialect. */
  rawText: z.string().optional(),
  model: z.string().optional(),
  digest: hash.optional(),
  dialect: z.enum(['native', 'prompted']).optional(),
  stop: stopReason,
  usage: usage.nullable(),
  error: recordedError.nullable(),
})

export const toolMessage = z.object({
  type: z.literal('message'),
  ...node,
  role: z.literal('tool'),
  callId: z.string().min(1),
  name: z.string(),
  /** At most 32 KiB; all of it is in the blob then. */
  content: z.string(),
  isError: z.boolean(),
  truncated: z.boolean().optional(),
  full: z.object(blob).optional(),
  /** What a model that can see is shown beside the content. */
  image: z.object({ ...blob, mime: z.string() }).optional(),
  ms: z.number().nonnegative().optional(),
  exit: z.number().int().nullable().optional(),
  /** What a person is shown of it beside its words: files it has written, with their diffs, or what a look has found. */
  detail: toolDetail.optional(),
  /** What kind of error; a reason when a guard refused, or when it was not run. */
  failure: z.object({ code: z.string(), reason: z.string().nullable() }).optional(),
})

export const approval = z.object({
  type: z.literal('approval'),
  ...node,
  callId: z.string().min(1),
  decision: z.enum(['allow', 'deny']),
  scope: z.enum(['once', 'session', 'folder']),
  /** user, mode, flag, seal (a denial only), or rule:<id>. */
  by: z.string().regex(/^(user|mode|flag|seal|rule:.+)$/),
  /** Of exactly what was shown and decided upon. */
  hash: hash.optional(),
  note: z.string().optional(),
  /** What was asked was to run this one command without a sandbox. */
  withoutSandbox: z.literal(true).optional(),
})

/** Written and synced before a side effect: a call without a result that has one may have happened. */
export const toolStart = z.object({ type: z.literal('tool_start'), ...node, callId: z.string().min(1) })

export const settingsChange = z.object({
  type: z.literal('settings'),
  ...node,
  model: z.string().optional(),
  /** What was chosen of the sampling. All of it: an earlier record counts no more, and what is not there is the model's own. */
  options: recordedSampling.optional(),
  /** null: as the person's settings say. */
  think: thinkLevel.nullable().optional(),
  dialect: z.enum(['auto', 'native', 'prompted']).optional(),
  /** The person's own words for the model, shown with every question; null for none. */
  ownPrompt: ownText.nullable().optional(),
  /** The window this session asks that model for from here on, tokens. Without one it keeps that of the last answer of it. */
  window: z.object({ model: z.string().min(1), tokens: windowSize }).optional(),
  /** Hash of the system prompt. */
  system: hash.optional(),
  workspace: z.string().nullable().optional(),
  mode: z.enum(['read-only', 'workspace', 'trusted']).optional(),
  /** By name, which are on or off in this session whatever holds for all. All of its choices: an earlier record counts no more. */
  skills: z.record(z.string(), z.boolean()).optional(),
  /** A session to try one skill in: no other is offered. */
  onlySkill: z.string().min(1).optional(),
})

/** What a run was told of: one record for each, behind its question. */
export const skillsOffered = z.object({
  type: z.literal('skill'),
  ...node,
  event: z.literal('offered'),
  by: z.literal('model'),
  /** In the order they were told; none when there were some before and there are none now. */
  names: z.array(z.string().min(1)),
  /** Those of them there was no room to name: a call could reach them. */
  unnamed: z.array(z.string().min(1)).optional(),
  /** Over names and descriptions: another one means that the model read its prompt anew. */
  hash: hash.optional(),
  /** About, of the catalogue in each request. */
  tokens: z.number().nonnegative().optional(),
})

export const skillUsed = z.object({
  type: z.literal('skill'),
  ...node,
  name: z.string().min(1),
  /** Of the skill's folder as it was. */
  hash: hash.optional(),
  event: z.enum(['chosen', 'read']),
  by: z.enum(['model', 'user']),
  /** The call whose result it is. */
  callId: z.string().min(1).optional(),
  /** The file that was read, from the skill's folder. */
  path: z.string().optional(),
  /** About, of what the model was shown. */
  tokens: z.number().nonnegative().optional(),
})

export const skillEvent = z.union([skillsOffered, skillUsed])

/** Stands in for everything on its path before `firstKeptId`; the originals stay in the file. */
export const compaction = z.object({
  type: z.literal('compaction'),
  ...node,
  summary: z.string(),
  firstKeptId: id,
  tokensBefore: z.number().nonnegative(),
  tokensAfter: z.number().nonnegative(),
  /** How many messages stand before `firstKeptId` on its path. */
  messageCount: z.number().int().nonnegative().optional(),
  /** Those of them that are in no summary: they were too much to be read before one answer. */
  leftOut: leftOut.optional(),
  model: z.string().optional(),
})

/** The last title by the person wins, else the last. */
export const title = z.object({
  type: z.literal('title'),
  id,
  ts,
  title: z.string().max(titleLimit),
  by: z.enum(['user', 'model', 'derived']),
})

/** Another branch is looked at, without a new message. */
export const leaf = z.object({ type: z.literal('leaf'), id, ts, target: id.nullable() })

/** An entry that no model shall be shown, or shall be shown again. */
export const hide = z.object({
  type: z.literal('hide'),
  id,
  ts,
  target: id,
  hidden: z.boolean(),
  reason: z.string().optional(),
})

/** Entries that models are shown in short from here on, always in the same words; the entries stay as they are. */
export const shorten = z.object({ type: z.literal('shorten'), id, ts, ...shortening.shape })

/** Where a session comes from that was made elsewhere. It was never run here. */
export const imported = z.object({
  from: z.string(),
  path: z.string(),
  /** Of the whole log, in hex: what is the same is imported once. */
  sha256: z.string(),
  /** Which of the sessions of one log; the first unless told. */
  part: z.number().int().min(2).optional(),
  /** The folder it was worked in there. For a person to read: it gives no session a folder here. */
  folder: z.string().optional(),
})
export type Imported = z.infer<typeof imported>

export const meta = z.object({
  type: z.literal('meta'),
  id,
  ts,
  pinned: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  imported: imported.optional(),
  /** After each question of a replay. The last one counts. */
  replay: replayProgress.optional(),
})

/** One line of a session file of version 1, of a type this version writes. */
export const writtenRecord = z.union([
  header,
  userMessage,
  assistantMessage,
  toolMessage,
  approval,
  toolStart,
  settingsChange,
  skillEvent,
  compaction,
  title,
  leaf,
  hide,
  shorten,
  meta,
])
export type WrittenRecord = z.infer<typeof writtenRecord>

const byType: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['session', header],
  ['approval', approval],
  ['tool_start', toolStart],
  ['settings', settingsChange],
  ['skill', skillEvent],
  ['compaction', compaction],
  ['title', title],
  ['leaf', leaf],
  ['hide', hide],
  ['shorten', shorten],
  ['meta', meta],
])
const byRole: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['user', userMessage],
  ['assistant', assistantMessage],
  ['tool', toolMessage],
])

/** The same answer as of `writtenRecord`, without trying every type: for logs of a hundred thousand records. */
export function isWrittenRecord(record: WrittenRecord): boolean {
  const schema = record.type === 'message' ? byRole.get(record.role) : byType.get(record.type)
  return schema?.safeParse(record).success === true
}
