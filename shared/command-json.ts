// What every command prints with `--json`: the shapes that scripts rely on. docs/json/ has them as JSON Schema, made of these.
// Commands take only types from here, so nothing of it is loaded when one is run.
import { z } from 'zod'
import { rule } from './approval.ts'
import { runChanges } from './changes.ts'
import { checkedSession } from './data-report.ts'
import { failure, failureCode } from './failure.ts'
import { importReport, mountedLogs } from './importing.ts'
import { check, openedSession, trashedSession } from './ipc.ts'
import { ledgerSummary } from './ledger.ts'
import { installedModel, modelDetails } from './model.ts'
import { indexStatus, searchAnswer } from './search.ts'
import { testedModel } from './self-test.ts'
import { sessionSummary, stopReason, usage } from './session.ts'
import { compaction } from './session-format.ts'
import { settings } from './settings.ts'
import {
  skillFile,
  skillInspection,
  skillJudgement,
  skillProblem,
  skillRoot,
  skillSummary,
  trashedSkill,
} from './skills.ts'

/** Part of every schema's `$id`. Within a version only something is added (docs/json/README.md). */
export const jsonVersion = 1

const cause = z.object({ code: failureCode, message: z.string() })

/** In place of any document, and as the last line of any lines, when a command could not do it. */
export const failed = z.object({ error: cause })

const document = <Shape extends z.ZodType>(shape: Shape) => ({ form: 'document', shape }) as const
/** Each line of standard output is one of these. */
const lines = <Shape extends z.ZodType>(shape: Shape) => ({ form: 'lines', shape }) as const

const recordedCause = z.object({ code: z.string(), message: z.string() })
const eachDone = document(
  z.object({
    done: z.array(z.string()),
    failed: z.array(z.object({ id: z.string(), code: failureCode, message: z.string() })),
  }),
)
const copied = document(z.object({ sessionId: z.string(), kept: z.number().int(), skipped: z.number().int() }))
const mounts = document(z.object({ mounts: z.array(mountedLogs()) }))
const index = document(indexStatus())
const files = z.array(z.object({ path: z.string(), action: z.enum(['created', 'changed', 'deleted']) }))
/** `conflicts` are files that somebody has changed since: then nothing was done, and `error` says so. */
const filesDone = z.object({ files, conflicts: z.array(z.string()).optional(), error: cause.optional() })
const toolCall = z.object({
  id: z.string(),
  name: z.string(),
  /** null when they were no object. */
  arguments: z.record(z.string(), z.unknown()).nullable(),
})

const problem = skillProblem().omit({ fix: true })
const toldSkill = skillSummary()
  .omit({ isEnabled: true, isAccepted: true, isOurs: true, root: true, hash: true, modified: true })
  .extend({ enabled: z.boolean(), trusted: z.boolean(), problems: z.array(problem) })
const toldRoot = skillRoot()
  .omit({ isOurs: true })
  .extend({ problems: z.array(problem) })
const oneSkill = document(z.object({ skill: toldSkill }))
const judged = skillJudgement().extend({ folder: z.string(), problems: z.array(problem) })
const inspection = skillInspection()
const inspected = z.object({
  skill: judged.omit({ problems: true }).extend({ source: z.string() }),
  installable: z.boolean(),
  files: z.array(skillFile()),
  totals: inspection.shape.totals,
  problems: z.array(problem),
  /** What is there under this name already. */
  replaces: inspection.shape.replaces
    .unwrap()
    .omit({ key: true, isEdited: true, isSame: true })
    .extend({ edited: z.boolean(), same: z.boolean() })
    .nullable(),
})
/** Without `installed` nothing was: it is the same, or could not be. */
const installed = document(inspected.extend({ installed: toldSkill.optional() }))

const runLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), id: z.string() }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  z.object({ type: z.literal('text_replace'), text: z.string() }),
  z.object({ type: z.literal('thinking'), delta: z.string() }),
  z.object({ type: z.literal('tool_call'), ...toolCall.shape }),
  z.object({
    type: z.literal('decision'),
    callId: z.string(),
    decision: z.string(),
    scope: z.string(),
    by: z.string(),
  }),
  z.object({ type: z.literal('tool_result'), callId: z.string(), isError: z.boolean(), content: z.string() }),
  z.object({ type: z.literal('usage'), ...usage.shape }),
  z.object({ type: z.literal('notice'), code: z.string(), message: z.string() }),
  z.object({
    type: z.literal('end'),
    stop: stopReason,
    text: z.string(),
    sessionId: z.string(),
    rounds: z.number().int(),
    error: recordedCause.nullable(),
  }),
])

const replayLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), id: z.string(), questions: z.number().int() }),
  z.object({ type: z.literal('question'), place: z.number().int(), of: z.number().int() }),
  z.object({ type: z.enum(['user', 'tool', 'system']), content: z.string() }),
  z.object({
    type: z.literal('assistant'),
    content: z.string(),
    toolCalls: z.array(toolCall),
    stop: stopReason.optional(),
  }),
  z.object({
    type: z.literal('end'),
    stop: stopReason,
    sessionId: z.string(),
    asked: z.number().int(),
    of: z.number().int(),
    calls: z.number().int(),
    found: z.number().int(),
    error: recordedCause.extend({ detail: z.string().optional() }).nullable(),
  }),
])

const callArguments = z.record(z.string(), z.unknown())

/** All of them, or the one that was named. */
const someSettings = document(z.object({ settings: settings.partial() }))

const served = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), wire: z.number().int(), version: z.string() }),
  z.object({
    type: z.literal('answer'),
    id: z.string(),
    answer: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), value: z.unknown() }),
      z.object({ ok: z.literal(false), failure }),
    ]),
  }),
  z.object({ type: z.literal('push'), push: z.string(), payload: z.unknown() }),
  z.object({ type: z.literal('error'), line: z.number().int(), failure }),
])

/** By the words of the command. One that is not here has nothing to tell a script beside its exit code and a failure. */
export const commandJson = {
  version: document(z.object({ version: z.string() })),
  run: lines(runLine),
  undo: document(z.union([filesDone, z.object({ sessionId: z.string().nullable(), runs: z.array(runChanges) })])),
  redo: document(filesDone),
  'sessions list': document(z.object({ sessions: z.array(sessionSummary) })),
  'sessions show': document(openedSession.pick({ session: true, entries: true, diagnostics: true })),
  'sessions search': document(searchAnswer()),
  'sessions archive': eachDone,
  'sessions restore': eachDone,
  'sessions pin': eachDone,
  'sessions unpin': eachDone,
  'sessions delete': eachDone,
  'sessions rename': eachDone,
  'sessions retitle': document(sessionSummary),
  /** `compaction` is the record that was written; null when there was nothing to summarise, or nothing came of it. */
  'sessions compact': document(
    z.object({
      sessionId: z.string(),
      stop: stopReason,
      compaction: compaction.nullable(),
      error: recordedCause.nullable(),
    }),
  ),
  'sessions fork': copied,
  'sessions repair': copied,
  'sessions replay': lines(replayLine),
  /** With `--out`; without it standard output is the export itself. */
  'sessions export': document(z.object({ path: z.string(), format: z.string(), bytes: z.number().int() })),
  'sessions import': document(importReport().omit({ cancelled: true })),
  'logs list': mounts,
  'logs mount': mounts,
  'logs unmount': mounts,
  'trash list': document(z.object({ trash: z.array(trashedSession) })),
  'trash restore': eachDone,
  'trash empty': eachDone,
  'skills list': document(z.object({ roots: z.array(toldRoot), skills: z.array(toldSkill) })),
  'skills show': document(
    z.object({
      roots: z.array(toldRoot),
      skills: z.array(
        toldSkill.extend({
          files: z.array(skillFile()),
          text: z.string().nullable(),
          license: z.string().nullable(),
          compatibility: z.string().nullable(),
          allowedTools: z.array(z.string()),
        }),
      ),
    }),
  ),
  'skills validate': document(z.object({ skills: z.array(judged) })),
  'skills enable': oneSkill,
  'skills disable': oneSkill,
  'skills inspect': document(inspected),
  'skills install': installed,
  'skills update': installed,
  'skills remove': document(
    z.object({ removed: z.object({ name: z.string(), folder: z.string() }), trashId: z.string() }),
  ),
  'skills restore': oneSkill,
  'skills trash': document(z.object({ skills: z.array(trashedSkill()) })),
  'models list': document(
    z.object({
      host: z.string(),
      version: z.string().nullable(),
      models: z.array(installedModel.omit({ digest: true, parameterSize: true, memory: true })),
    }),
  ),
  'models show': document(modelDetails()),
  /** The last line has the status `success`. */
  'models pull': lines(
    z.object({
      status: z.string(),
      digest: z.string().optional(),
      completed: z.number().optional(),
      total: z.number().optional(),
    }),
  ),
  'models remove': eachDone,
  'models unload': eachDone,
  'models test': document(testedModel()),
  'rules list': document(z.object({ rules: z.array(rule) })),
  'rules revoke': eachDone,
  'settings get': someSettings,
  'settings set': someSettings,
  /** With `--out` only where the file is and how many entries it has. */
  ledger: document(
    z.union([
      ledgerSummary.extend({ fault: failure.nullable() }),
      z.object({ path: z.string(), entries: z.number().int() }),
    ]),
  ),
  'index status': index,
  'index rebuild': index,
  backup: document(
    z.object({
      path: z.string(),
      bytes: z.number(),
      files: z.number().int(),
      sessions: z.number().int(),
      leftOut: z.array(z.object({ path: z.string(), why: z.enum(['name', 'unreadable', 'kind']) })),
    }),
  ),
  'restore-backup': document(
    z.object({
      app: z.string(),
      created: z.string(),
      files: z.number().int(),
      bytes: z.number(),
      sessions: z.number().int(),
      trashed: z.number().int(),
      rules: z.number().int(),
      trustedFolders: z.number().int(),
      home: z.string(),
      kept: z.string().nullable(),
      withRules: z.boolean(),
    }),
  ),
  'toolcalls parse': lines(
    z.object({
      id: z.union([z.string(), z.number(), z.null()]),
      visible: z.string(),
      thinking: z.string(),
      calls: z.array(z.object({ name: z.string(), arguments: callArguments })),
      errors: z.array(z.enum(['malformed_json', 'truncated', 'missing_name', 'unknown_tool', 'bad_arguments'])),
      validated: z.array(
        z.union([
          z.object({ ok: z.literal(true), arguments: callArguments }),
          z.object({ ok: z.literal(false), error: z.string() }),
        ]),
      ),
    }),
  ),
  serve: lines(served),
  doctor: document(z.object({ checks: z.array(check), sessions: z.array(checkedSession) })),
} as const

export type CommandJson = typeof commandJson
/** A command that answers a script. */
export type JsonCommand = keyof CommandJson
/** Its document, or one of its lines. */
export type JsonOf<Name extends JsonCommand> = z.input<CommandJson[Name]['shape']>

/** Where its schema is published. */
export function schemaName(command: string): string {
  return `${command.replaceAll(' ', '-')}.schema.json`
}
