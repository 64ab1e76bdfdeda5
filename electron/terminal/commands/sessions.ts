// `carrel sessions …`: list, show, and what can be done to one.
import { resolve } from 'node:path'
import { attachmentsOf } from '../../../shared/attachment-kinds.ts'
import { exportFormats } from '../../../shared/export-format.ts'
import type { OpenedSession } from '../../../shared/ipc.ts'
import { attachedLine } from '../../../shared/messages/attached-line.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { messageRecord, type SessionSummary, skippedBytes, type UnknownRecord } from '../../../shared/session.ts'
import { exactLine } from '../exact-line.ts'
import { type CommandContext, exitCodes, fail, jsonLine, printable, show } from '../front.ts'
import { writeNewFile } from '../new-file.ts'
import { compactSession } from './compact.ts'
import { each, report } from './each.ts'
import { importSessions } from './import.ts'
import { replaySession } from './replay.ts'
import { searchSessions } from './search.ts'

const words = messages.terminal

const subcommands: Record<string, (context: CommandContext, rest: readonly string[]) => Promise<number>> = {
  list,
  show: showOne,
  rename,
  retitle,
  compact: compactSession,
  fork,
  replay: replaySession,
  repair,
  export: exportOne,
  search: searchSessions,
  import: importSessions,
  archive: (context, ids) => each(context, ids, (bridge, sessionId) => bridge.call('sessions.archive', { sessionId })),
  restore: (context, ids) => each(context, ids, (bridge, sessionId) => bridge.call('sessions.restore', { sessionId })),
  pin: (context, ids) =>
    each(context, ids, (bridge, sessionId) => bridge.call('sessions.pin', { sessionId, pinned: true })),
  unpin: (context, ids) =>
    each(context, ids, (bridge, sessionId) => bridge.call('sessions.pin', { sessionId, pinned: false })),
  delete: (context, ids) => {
    const permanently = context.options.permanently === true
    return each(context, ids, (bridge, sessionId) =>
      bridge.call(permanently ? 'terminal.deleteForGood' : 'sessions.delete', { sessionId }),
    )
  },
}

export async function sessionsCommand(context: CommandContext): Promise<number> {
  const [name = 'list', ...rest] = context.arguments
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (!subcommand) return usage(context, words.unknownCommand(`sessions ${name}`))
  return await subcommand(context, rest)
}

function usage(context: CommandContext, message: string): number {
  return fail(context, { code: 'invalid-input', message })
}

async function list(context: CommandContext): Promise<number> {
  const filter = context.options.all ? 'all' : context.options.archived ? 'archived' : 'active'
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('sessions.list', { filter })
    const listed = answer.ok ? ({ ok: true, value: { sessions: answer.value.sessions } } as const) : answer
    return show(context, 'sessions list', listed, ({ sessions }) =>
      sessions.length === 0 ? `${words.noSessions}\n` : sessions.map(row).join(''),
    )
  })
}

function row(session: SessionSummary): string {
  const when = session.updatedAt.slice(0, 16).replace('T', ' ')
  const marks = [session.archived ? 'archived' : '', session.state === 'ok' ? '' : session.state].filter(Boolean)
  const title = printable(session.title).replace(/\s+/g, ' ') || words.untitled
  return `${session.id}  ${when}  ${title}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}\n`
}

async function showOne(context: CommandContext, [id]: readonly string[]): Promise<number> {
  if (id === undefined) return usage(context, words.missingArgument('ID'))
  return await context.withBridge('reader', async (bridge) => {
    const allBranches = context.options['all-branches'] === true
    const answer = await bridge.call('sessions.open', { sessionId: id, allBranches })
    if (!answer.ok) return fail(context, answer.failure)
    const { session, entries, diagnostics } = answer.value
    if (context.json) context.write(jsonLine('sessions show', { session, entries, diagnostics }))
    else context.write(allBranches ? branches(answer.value) : transcript(answer.value))
    return skippedBytes(diagnostics) > 0 || session.state === 'damaged' ? exitCodes.damaged : exitCodes.done
  })
}

function transcript(opened: OpenedSession): string {
  const hidden = new Set(opened.hidden)
  const versions = new Map(opened.versions.map(({ entryId, ids }) => [entryId, ids]))
  const parts = [`${printable(opened.session.title) || words.untitled}\n`]
  for (const entry of opened.entries) {
    const message = messageRecord.safeParse(entry)
    if (!message.success) continue
    const { id, role, content, model, error } = message.data
    const ids = versions.get(id)
    const marks = [
      ...(ids ? [words.version(ids.indexOf(id) + 1, ids.length)] : []),
      ...(hidden.has(id) ? [words.hiddenFromModel] : []),
    ]
    const who = role === 'user' ? words.you : (model ?? role)
    parts.push(`\n${printable(who)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}\n${said(content, entry)}`)
    if (error) parts.push(`(${printable(error.message)})\n`)
  }
  return [...parts, ...lost(opened)].join('')
}

/** Every message with its id and what it follows, as `sessions fork --at` takes them. */
function branches(opened: OpenedSession): string {
  const parts = [`${printable(opened.session.title) || words.untitled}\n`]
  for (const entry of opened.entries) {
    const message = messageRecord.safeParse(entry)
    if (!message.success) continue
    const { id, parentId, role, content, model } = message.data
    const who = role === 'user' ? words.you : (model ?? role)
    const after = parentId === null ? '' : `  ${words.after(printable(parentId))}`
    parts.push(`\n${printable(id)}${after}\n${printable(who)}\n${said(content, entry)}`)
  }
  return [...parts, ...lost(opened)].join('')
}

/** The words, and below them what is attached: each on a line that nothing in a name can leave. */
function said(content: string, entry: UnknownRecord): string {
  const attached = attachmentsOf(entry).map((one) => `(${words.attached(exactLine(attachedLine(one)))})\n`)
  const isEmpty = content === '' && attached.length > 0
  return [...(isEmpty ? [] : [`${printable(content)}\n`]), ...attached].join('')
}

function lost({ diagnostics, leftOut }: OpenedSession): string[] {
  const skipped = skippedBytes(diagnostics)
  return [
    ...(skipped > 0 ? [`\n(${words.skipped(skipped)})\n`] : []),
    ...(leftOut.length > 0 ? [`\n(${words.leftOut(leftOut.length)})\n`] : []),
  ]
}

async function fork(context: CommandContext, [id]: readonly string[]): Promise<number> {
  if (id === undefined) return usage(context, words.missingArgument('ID'))
  const at = context.options['at']
  const entryId = typeof at === 'string' ? at : null
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('sessions.fork', { sessionId: id, entryId })
    return show(context, 'sessions fork', answer, ({ sessionId }) => `${sessionId}\n`)
  })
}

/** Onto standard output, or into a file that is not there yet. */
async function exportOne(context: CommandContext, [id]: readonly string[]): Promise<number> {
  if (id === undefined) return usage(context, words.missingArgument('ID'))
  const { format: given = 'md', out } = context.options
  const format = exportFormats.find((one) => one === given)
  if (!format) return usage(context, words.optionValue('format', exportFormats.join(', ')))
  if (out === '') return usage(context, words.emptyOption('out'))
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('sessions.export', { sessionId: id, format })
    if (!answer.ok) return fail(context, answer.failure)
    const bytes = Buffer.from(answer.value.base64, 'base64')
    if (typeof out === 'string') {
      const path = resolve(context.folder, out)
      await writeNewFile(path, bytes)
      if (context.json) context.write(jsonLine('sessions export', { path, format, bytes: bytes.length }))
    } else context.write(bytes)
    return exitCodes.done
  })
}

async function repair(context: CommandContext, [id]: readonly string[]): Promise<number> {
  if (id === undefined) return usage(context, words.missingArgument('ID'))
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('sessions.repair', { sessionId: id })
    const code = show(context, 'sessions repair', answer, ({ sessionId, kept, skipped }) =>
      sessionId === id ? `${words.nothingToRepair(kept)}\n` : `${sessionId}\n${words.repaired(kept, skipped)}\n`,
    )
    return answer.ok && answer.value.skipped > 0 ? exitCodes.damaged : code
  })
}

/** By the model. */
async function retitle(context: CommandContext, [id]: readonly string[]): Promise<number> {
  if (id === undefined) return usage(context, words.missingArgument('ID'))
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('sessions.suggestTitle', { sessionId: id }, context.signal)
    return show(context, 'sessions retitle', answer, ({ title }) => `${exactLine(title)}\n`)
  })
}

async function rename(context: CommandContext, [id, ...title]: readonly string[]): Promise<number> {
  if (id === undefined) return usage(context, words.missingArgument('ID'))
  if (title.length === 0) return usage(context, words.missingArgument('TITLE'))
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('sessions.rename', { sessionId: id, title: title.join(' ') })
    return answer.ok ? report(context, [id], []) : report(context, [], [{ id, ...answer.failure }])
  })
}
