// What a run has changed in its folder, and what of it can be taken back.
import { z } from 'zod'

export const changedFile = z.object({
  /** From the workspace's root, with slashes. */
  path: z.string(),
  action: z.enum(['created', 'changed', 'deleted']),
  /** Lines; null where there is no text to count. */
  added: z.number().int().nonnegative().nullable(),
  removed: z.number().int().nonnegative().nullable(),
  /** A unified diff; null when it would be too long, or the file holds no text. */
  diff: z.string().nullable(),
})
export type ChangedFile = z.infer<typeof changedFile>

export const runChanges = z.object({
  runId: z.string(),
  /** The question that was asked. */
  entryId: z.string(),
  /** ISO 8601 UTC. */
  at: z.string(),
  files: z.array(changedFile),
  /** done: as the run left it · undone: as it was before it. */
  state: z.enum(['done', 'undone']),
  /** What no undo covers, in sentences: a folder that is too large, … */
  limits: z.array(z.string()),
})
export type RunChanges = z.infer<typeof runChanges>

/** What an undo or a redo did, or why it did nothing at all. */
export const restored = z.object({
  files: z.array(z.object({ path: z.string(), action: z.enum(['created', 'changed', 'deleted']) })),
  /** Files that somebody has changed since: nothing was touched because of them. */
  conflicts: z.array(z.string()),
})
export type Restored = z.infer<typeof restored>
