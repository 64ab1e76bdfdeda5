// Logs on their way in: which kinds there are, and what is told of them afterwards.
import { z } from 'zod'
import { failureCode } from './failure.ts'

/** Whose logs can be read. `seed` is the oldest form of Carrel's own: messages without a type, one a line. */
export const logKinds = ['carrel', 'seed', 'claude-code', 'codex', 'pi'] as const
export type LogKind = (typeof logKinds)[number]
/** `auto`: by what stands in the first lines, never by the name of the file. */
export type LogChoice = LogKind | 'auto'

/** Why something of a log is not in its session. */
export const leftOutReasons = [
  /** Lines that are no JSON, no UTF-8, or cut off. */
  'damaged',
  /** Lines beyond the limit. */
  'too-long',
  /** Pictures and documents. */
  'attachment',
  /** What the other program told its model and no person said. */
  'injected',
  /** What it noted for itself: progress, snapshots, counts. */
  'notes',
  /** Thinking that its model's maker keeps to itself. */
  'encrypted',
  /** Results whose call is not in the log. */
  'no-call',
  /** Lines that are there twice. */
  'repeated',
  /** Decisions and settings: they count where they were made, and never here. */
  'rights',
  /** Large texts and pictures that lie beside the log and were not found there. */
  'blob',
  /** Whatever is not known here. */
  'unknown',
] as const
export type LeftOutReason = (typeof leftOutReasons)[number]

const leftOut = () => z.object({ reason: z.enum(leftOutReasons), count: z.number().int().positive() })
export type LeftOut = z.output<ReturnType<typeof leftOut>>

/** Why a log gave no session, and nothing is wrong with that. */
export const skipReasons = ['already-imported', 'already-here', 'empty', 'not-a-log'] as const
export type SkipReason = (typeof skipReasons)[number]

export const importReport = () =>
  z.object({
    imported: z.array(
      z.object({
        /** Absolute path of the log. */
        source: z.string(),
        from: z.enum(logKinds),
        sessionId: z.string(),
        title: z.string(),
        /** Messages. */
        entries: z.number().int(),
        leftOut: z.array(leftOut()),
        /** The session of an earlier state of the same log, which stays as it is. */
        earlier: z.string().nullable(),
      }),
    ),
    skipped: z.array(
      z.object({
        source: z.string(),
        from: z.enum(logKinds).nullable(),
        reason: z.enum(skipReasons),
        /** The session it is already. */
        sessionId: z.string().nullable(),
      }),
    ),
    failed: z.array(z.object({ source: z.string(), code: failureCode, message: z.string() })),
    /** It was stopped: what is imported stays, and the rest can be imported at any time. */
    cancelled: z.boolean(),
  })
export type ImportReport = z.output<ReturnType<typeof importReport>>

/** Logs that stay where they are. */
export const mountedLogs = () =>
  z.object({
    path: z.string(),
    kind: z.enum(['auto', ...logKinds]),
    sessions: z.number().int(),
    /** Why it cannot be looked at now; what was read of it before is there. */
    trouble: z.string().nullable(),
  })
export type MountedLogs = z.output<ReturnType<typeof mountedLogs>>

/** How far an import is. */
export const importProgress = () =>
  z.object({ files: z.number().int(), of: z.number().int(), bytes: z.number(), ofBytes: z.number() })
export type ImportProgress = z.output<ReturnType<typeof importProgress>>
