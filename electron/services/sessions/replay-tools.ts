// The tools of a replay: told as in any run, and answered from the log of the session that is replayed. None of them is ever run.
import { z } from 'zod'
import { ExpectedFailure, failureCode } from '../../../shared/failure.ts'
import { approvalWords } from '../../../shared/messages/approvals.ts'
import { notInLog, restLeftOut } from '../../../shared/messages/replay.ts'
import { isMessage, type SessionRecord, type TreeRecord } from '../../../shared/session.ts'
import { activePath, callsOf } from '../../../shared/session-tree.ts'
import { skillTool, toolDetail, toolEffect } from '../../../shared/tool.ts'
import type { Toolbox, ToolOutcome, Tools } from '../../contracts.ts'
import { blobsFolderOf, readBlob } from './blobs.ts'
import { createReplayLog, replayModelOf, type ToldTool, toolsOfLog } from './replay-log.ts'
import type { SessionBorder } from './session-border.ts'
import { openSessionFile } from './session-file.ts'
import type { SessionsFolder } from './sessions-folder.ts'
import { headerOf } from './summary.ts'

export interface Replaying {
  toolbox: Toolbox
  border: SessionBorder
  /** The folder the model is told of, for it stands in the questions and calls. */
  workspace: string | null
  /** The skill that the person's question began with and that the log shows, as a model calls it. */
  skillNamedBy(question: string): string | null
}

/** Nothing is done, so nobody is asked, and nothing crosses a border. */
const border: SessionBorder = {
  permit: async () => ({ allow: true, approvalId: null }),
  crossed: async () => undefined,
  async decide() {
    throw new ExpectedFailure('not-found', approvalWords.gone)
  },
}

/**
 * null when these are not the records of a replay. Else every run in the session is answered from the log, also one that a person
 * begins later; when the other session is gone, no call is found.
 */
export async function replayingIn(
  records: readonly SessionRecord[],
  path: readonly TreeRecord[],
  { folder, tools, sessionId }: { folder: SessionsFolder; tools: Tools; sessionId: string },
): Promise<Replaying | null> {
  const header = headerOf(records)
  if (replayModelOf(header) === null) return null
  const place = header?.parentSession ? await folder.findIfThere(header.parentSession) : null
  const original = place ? (await openSessionFile(place.path)).reading().records : []
  const past = activePath(original)
  const workspace = headerOf(original)?.workspace ?? null
  const known = workspace === null ? [] : await toldTools(tools, workspace, sessionId)
  const told = [...known, ...toolsOfLog(past, known)]
  const log = createReplayLog(past, told)
  // What was called on the way here has its answers already.
  for (const call of path.flatMap(callsOf)) if (call.arguments) log.next(call.name, call.arguments)
  const skills = new Set(
    past.flatMap(callsOf).flatMap((call) => (call.name === skillTool ? [String(call.arguments?.['name'])] : [])),
  )
  const blobs = place && blobsFolderOf(place.path)
  return {
    border,
    workspace,
    skillNamedBy: (question) =>
      [...skills].find((name) => question === `/${name}` || /^\s/.test(afterName(question, name))) ?? null,
    toolbox: {
      list: () => told.map(({ tool }) => tool),
      effectOf: (name) => told.find(({ tool }) => tool.name === name)?.effect ?? null,
      async run(name, args, _signal, options = {}) {
        const record = log.next(name, args ?? {})
        if (!record || blobs === null) return missing
        return await outcomeOf(record, blobs, options.characters ?? Number.MAX_SAFE_INTEGER, async () =>
          options.seesImages ? await folder.readPicture(record) : null,
        )
      },
    },
  }
}

const afterName = (question: string, name: string) =>
  question.startsWith(`/${name}`) ? question.slice(name.length + 1) : ''

/** Asked what there is, and for nothing else. */
async function toldTools(tools: Tools, workspace: string, sessionId: string): Promise<ToldTool[]> {
  const session = { id: sessionId, mayWrite: () => false }
  const { toolbox } = await tools.toolboxFor(workspace, toolEffect.options, session)
  return toolbox.list().map((tool) => ({ tool, effect: toolbox.effectOf(tool.name) ?? 'read' }))
}

const missing: ToolOutcome = {
  content: notInLog,
  isError: true,
  failure: { code: 'not-found', reason: 'not-in-log' },
  full: null,
  detail: null,
  image: null,
}

const named = z.object({
  blob: z.string(),
  bytes: z
    .number()
    .int()
    .nonnegative()
    .max(64 * 1_024 * 1_024),
})
const picture = z.object({ mime: z.string() })
const failure = z.object({ code: failureCode })

async function outcomeOf(
  record: TreeRecord,
  blobs: string,
  characters: number,
  readPicture: () => Promise<Uint8Array | null>,
): Promise<ToolOutcome> {
  const content = isMessage(record) ? record.content : ''
  const isError = record['isError'] === true
  const whole = named.safeParse(record['full']).data
  const full = (whole && (await readBlob(blobs, whole))?.toString()) ?? null
  const bytes = await readPicture()
  const mime = picture.safeParse(record['image']).data?.mime
  const shown = shortened(content, characters)
  const detail = toolDetail.safeParse(record['detail']).data ?? null
  return {
    content: shown,
    isError,
    failure: isError ? { code: failure.safeParse(record['failure']).data?.code ?? 'internal', reason: null } : null,
    full: full ?? (shown === content ? null : content),
    // No file was written here, and none may be said to have been.
    detail: detail && detail.files.length === 0 ? detail : null,
    image: bytes && mime !== undefined ? { mime, bytes } : null,
  }
}

function shortened(content: string, characters: number): string {
  if (content.length <= characters) return content
  const note = restLeftOut(content.length - characters)
  return `${content.slice(0, Math.max(0, characters - note.length)).replace(/[\uD800-\uDBFF]$/, '')}${note}`
}
