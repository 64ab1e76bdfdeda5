// The shapes of the terminal's JSON answers, written down a second time: strict, so that nothing is added unnoticed.
import { z } from 'zod'

const summary = z.strictObject({
  id: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
  entries: z.number().int(),
  bytes: z.number().int(),
  model: z.string().nullable(),
  archived: z.boolean(),
  pinned: z.boolean(),
  state: z.enum(['ok', 'damaged', 'readonly']),
  badLines: z.number().int(),
  // Beyond the contract, which allows more.
  workspace: z.string().nullable(),
  lastError: z.string().nullable(),
  replayOf: z.string().optional(),
})
export const listed = z.strictObject({ sessions: z.array(summary) })
export const shown = z.strictObject({
  session: summary,
  entries: z.array(z.looseObject({ type: z.string(), id: z.string(), parentId: z.string().nullable() })),
  diagnostics: z.array(
    z.strictObject({ code: z.string(), offset: z.number().int(), length: z.number().int(), message: z.string() }),
  ),
})
export const copied = z.strictObject({ sessionId: z.string(), kept: z.number().int(), skipped: z.number().int() })
export const modelsListed = z.strictObject({
  host: z.url(),
  version: z.string(),
  models: z.array(
    z.strictObject({
      name: z.string(),
      bytes: z.number().int(),
      capabilities: z.array(z.string()),
      contextLength: z.number().nullable(),
      family: z.string().nullable(),
      quantization: z.string().nullable(),
      loaded: z.boolean().nullable(),
    }),
  ),
})
export const checked = z.strictObject({
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['ok', 'warn', 'fail']),
      detail: z.string(),
      fix: z.string().nullable(),
    }),
  ),
  sessions: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      archived: z.boolean(),
      state: z.enum(['ok', 'damaged', 'readonly', 'unreadable']),
      bytes: z.number().int(),
      records: z.number().int(),
      badLines: z.number().int(),
      skippedBytes: z.number().int(),
      missingBlobs: z.number().int(),
      lastGood: z
        .strictObject({
          offset: z.number().int(),
          ts: z.iso.datetime().nullable(),
          type: z.string(),
          role: z.string().nullable(),
          words: z.string(),
        })
        .nullable(),
      endsWhole: z.boolean(),
      beingWritten: z.boolean(),
      shadowed: z.boolean(),
      copy: z.enum(['repaired', 'conflict']).nullable(),
      diagnostics: z.array(
        z.strictObject({ code: z.string(), offset: z.number().int(), length: z.number().int(), message: z.string() }),
      ),
      diagnosticsLeftOut: z.number().int(),
      failure: z.string().nullable(),
    }),
  ),
})
export const trashListed = z.strictObject({
  trash: z.array(
    z.strictObject({ id: z.string(), title: z.string(), deletedAt: z.iso.datetime(), bytes: z.number().int() }),
  ),
})
export const changed = z.strictObject({
  done: z.array(z.string()),
  failed: z.array(z.strictObject({ id: z.string(), code: z.string(), message: z.string() })),
})
export const rulesListed = z.strictObject({
  rules: z.array(
    z.strictObject({
      id: z.string(),
      tool: z.string(),
      pattern: z.string(),
      decision: z.enum(['allow', 'deny']),
      scope: z.enum(['session', 'folder']),
      folder: z.string(),
      sessionId: z.string().nullable(),
      createdAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable(),
      lastMatches: z.array(z.string()),
      uses: z.number().int(),
    }),
  ),
})
export const ledgerListed = z.strictObject({
  entries: z.array(
    z.strictObject({
      ts: z.iso.datetime(),
      sessionId: z.string().nullable(),
      kind: z.enum(['command', 'host', 'outside', 'secret']),
      what: z.string(),
      approvalId: z.string().nullable(),
      outcome: z.string(),
    }),
  ),
  more: z.boolean(),
  reached: z.array(z.strictObject({ host: z.string(), times: z.number().int() })),
  badLines: z.number().int(),
  fault: z.null(),
})
