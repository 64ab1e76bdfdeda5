// What a check of the data folder finds: every session file, what had to be skipped in it, and what else lies there.
import { z } from 'zod'
import { diagnostic } from './session.ts'

/** The last line of a session file that gave a record. */
export const lastGoodLine = z.object({
  /** Where the line begins, in bytes. */
  offset: z.number(),
  /** Null when the line says no time, or none that can be read. */
  ts: z.string().nullable(),
  type: z.string(),
  role: z.string().nullable(),
  /** The first words of what it says; empty when it says none. */
  words: z.string(),
})
export type LastGoodLine = z.infer<typeof lastGoodLine>

/** One session file. */
export const checkedSession = z.object({
  id: z.string(),
  title: z.string(),
  archived: z.boolean(),
  /** `ok` may have skipped bytes; `damaged` has no record at all; `readonly` is of a newer version. */
  state: z.enum(['ok', 'damaged', 'readonly', 'unreadable']),
  bytes: z.number(),
  records: z.number(),
  badLines: z.number(),
  skippedBytes: z.number(),
  /** Large parts of entries that lie in files of their own, and are not there or not what they were. */
  missingBlobs: z.number(),
  lastGood: lastGoodLine.nullable(),
  /** Whether the file ends with a line break. The last line counts all the same when it is whole. */
  endsWhole: z.boolean(),
  /** It grew while it was looked at, and its last line was not whole yet: somebody is writing it. */
  beingWritten: z.boolean(),
  /** An archived file beside a live one of the same id, which is the one that counts. */
  shadowed: z.boolean(),
  /** What made it, when it is a copy: a repair, or an archived file that lay in the way of another one. */
  copy: z.enum(['repaired', 'conflict']).nullable(),
  /** What was skipped or mended, the first ones. */
  diagnostics: z.array(diagnostic),
  diagnosticsLeftOut: z.number(),
  /** Why it is unreadable. */
  failure: z.string().nullable(),
})
export type CheckedSession = z.infer<typeof checkedSession>

/** Something in the folder of sessions that is no session file. */
export const otherFile = z.object({
  name: z.string(),
  kind: z.enum(['draft', 'other']),
  bytes: z.number(),
})
export type OtherFile = z.infer<typeof otherFile>

export const dataReport = z.object({
  /** In the order of their names. */
  sessions: z.array(checkedSession),
  /** Drafts without their session, and whatever else. */
  others: z.array(otherFile),
  /** Ids that differ in nothing but upper and lower case: not every disk keeps them apart. */
  sameButCase: z.array(z.array(z.string())),
  trash: z.object({ count: z.number(), bytes: z.number(), failure: z.string().nullable() }),
  blobs: z.object({ count: z.number(), bytes: z.number() }),
  /** What undo keeps of files that runs have changed. */
  checkpoints: z.object({ count: z.number(), bytes: z.number() }).optional(),
  /** Of the disk the data folder is on. Null when it does not say. */
  disk: z.object({ free: z.number(), isLow: z.boolean() }).nullable(),
})
export type DataReport = z.infer<typeof dataReport>

export const checkProgress = z.object({
  files: z.number(),
  of: z.number(),
  bytes: z.number(),
  ofBytes: z.number(),
})
export type CheckProgress = z.infer<typeof checkProgress>
