// How the list of sessions is shown.
import { z } from 'zod'

export const groupings = ['time', 'folder'] as const
export type Grouping = (typeof groupings)[number]

export const listView = z.strictObject({
  grouping: z.enum(groupings),
  /** How much room each session takes on the disk. */
  showSizes: z.boolean(),
})
export type ListView = z.infer<typeof listView>

export const usualView: ListView = { grouping: 'time', showSizes: false }

/** What can be done with many sessions at once, each as with a single one. */
export const bulkActs = ['archive', 'restore', 'delete', 'take-back'] as const
export type BulkAct = (typeof bulkActs)[number]

/** Most sessions that one call may name: more than anybody has. */
export const bulkLimit = 20_000
