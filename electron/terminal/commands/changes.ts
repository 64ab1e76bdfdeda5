// `carrel undo` and `carrel redo`: the file changes of a session's runs, taken back and done again.
import type { Restored, RunChanges } from '../../../shared/changes.ts'
import type { Bridge } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { type CommandContext, exitCodes, fail, jsonLine, printable, show } from '../front.ts'

const words = messages.changes

export async function undoCommand(context: CommandContext): Promise<number> {
  if (context.options['list'] === true) return await list(context)
  return await restore(context, 'changes.undo', words.nothingToUndo)
}

export async function redoCommand(context: CommandContext): Promise<number> {
  return await restore(context, 'changes.redo', words.nothingToRedo)
}

async function list(context: CommandContext): Promise<number> {
  const [named = null] = context.arguments
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('changes.list', { sessionId: named })
    return show(context, 'undo', answer, ({ runs }) =>
      runs.length === 0 ? `${words.nothingToUndo}\n` : runs.map(row).join(''),
    )
  })
}

function row({ runId, at, files, state, limits }: RunChanges): string {
  const head = `${at.slice(0, 16).replace('T', ' ')}  ${runId}${state === 'undone' ? `  (${words.undone})` : ''}\n`
  const lines = files.map(({ path, action, added, removed }) => {
    const counts = added === null || removed === null ? '' : `  +${added} -${removed}`
    return `  ${action}  ${printable(path)}${counts}\n`
  })
  return [head, ...lines, ...limits.map((sentence) => `  ${printable(sentence)}\n`)].join('')
}

async function restore(
  context: CommandContext,
  channel: 'changes.undo' | 'changes.redo',
  nothing: string,
): Promise<number> {
  const [named = null] = context.arguments
  return await context.withBridge('owner', async (bridge) => {
    const sessionId = named ?? (await latest(bridge))
    if (sessionId === null) return fail(context, { code: 'not-found', message: nothing })
    const answer = await bridge.call(channel, { sessionId, runId: null })
    if (!answer.ok || answer.value.conflicts.length === 0) {
      const files = answer.ok ? ({ ok: true, value: { files: answer.value.files } } as const) : answer
      return show(context, 'undo', files, done)
    }
    return conflicting(context, answer.value)
  })
}

async function latest(bridge: Bridge): Promise<string | null> {
  const answer = await bridge.call('changes.list', { sessionId: null })
  return answer.ok ? answer.value.sessionId : null
}

function done({ files }: Pick<Restored, 'files'>): string {
  return files.map(({ path, action }) => `${action}  ${printable(path)}\n`).join('')
}

/** What somebody has changed since is not Carrel's to replace. */
function conflicting(context: CommandContext, { conflicts }: Restored): number {
  const message = words.conflict(conflicts)
  if (context.json) {
    context.write(jsonLine('undo', { files: [], conflicts, error: { code: 'denied', message } }))
  } else context.writeError(`${printable(message)}\n`)
  return exitCodes.denied
}
