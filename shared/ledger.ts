// What has happened at the border: every command, host, file outside of a workspace, and secret.
import { z } from 'zod'

/**
 * command: one was run · host: a place on the network was reached · outside: a file outside of the workspace ·
 * secret: a file that looks like a password or a key was opened.
 */
export const ledgerKind = z.enum(['command', 'host', 'outside', 'secret'])
export type LedgerKind = z.infer<typeof ledgerKind>

export const ledgerEntry = z.object({
  /** ISO 8601 UTC. */
  ts: z.string(),
  sessionId: z.string().nullable(),
  kind: ledgerKind,
  /** The command, the host and its port, or the path. */
  what: z.string(),
  /** The entry of the session's log that allowed it; null when nothing had to. */
  approvalId: z.string().nullable(),
  /** What came of it, in a few words: "exit 0", "200, 12 kB", "denied". */
  outcome: z.string(),
})
export type LedgerEntry = z.infer<typeof ledgerEntry>

/** The outcome of what was refused: nothing was run, reached or opened. */
export const notDone = 'denied'

/** Whether anything has left this computer, as the ledger has it. */
export const ledgerSummary = z.object({
  entries: z.array(ledgerEntry),
  /** More than are here. */
  more: z.boolean(),
  /** Hosts other than this computer that were reached, by how often; the model's server among them. */
  reached: z.array(z.object({ host: z.string(), times: z.number().int() })),
  /** Lines that could not be read. */
  badLines: z.number().int(),
})
export type LedgerSummary = z.infer<typeof ledgerSummary>
