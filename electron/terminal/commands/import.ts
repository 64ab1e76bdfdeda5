// `carrel sessions import`: logs of other programs and of other Carrels become sessions.
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { type ImportReport, type LeftOut, logKinds } from '../../../shared/importing.ts'
import { importWords as words } from '../../../shared/messages/importing.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { type CommandContext, exitCodes, exitOfCode, fail, jsonLine, printable } from '../front.ts'

export async function importSessions(context: CommandContext, paths: readonly string[]): Promise<number> {
  const { from: given = 'auto' } = context.options
  const choices = ['auto', ...logKinds] as const
  const from = choices.find((one) => one === given)
  const usage = (message: string) => fail(context, { code: 'invalid-input', message })
  if (paths.length === 0) return usage(messages.terminal.missingArgument('PATH'))
  if (!from) return usage(messages.terminal.optionValue('from', choices.join(', ')))
  return await context.withBridge('owner', async (bridge) => {
    const input = { paths: paths.map((path) => resolve(context.folder, path)), from, progressId: randomUUID() }
    const answer = await bridge.call('terminal.import', input, context.signal)
    if (!answer.ok) return fail(context, answer.failure)
    const report = answer.value
    if (context.json) {
      const { imported, skipped, failed } = report
      context.write(jsonLine('sessions import', { imported, skipped, failed }))
    } else tell(context, report)
    if (report.cancelled) return exitCodes.cancelled
    const [failed] = report.failed
    // A log that cannot be read is no wrong use of the command.
    if (!failed) return exitCodes.done
    return failed.code === 'invalid-input' ? exitCodes.failed : exitOfCode(failed.code)
  })
}

function tell({ write, writeError }: CommandContext, { imported, skipped, failed, cancelled }: ImportReport): void {
  for (const { sessionId, title, from, entries, source, leftOut, earlier } of imported) {
    const name = printable(title).replace(/\s+/g, ' ') || messages.terminal.untitled
    write(`${sessionId}  ${words.kind[from]}  ${words.messages(entries)}  ${name}\n    ${printable(source)}\n`)
    if (leftOut.length > 0) write(`    ${leftOutLine(leftOut)}\n`)
    if (earlier !== null) write(`    ${words.earlier(earlier)}\n`)
  }
  for (const { source, reason, sessionId } of skipped) {
    write(`${printable(source)}: ${words.skipped[reason]}${sessionId === null ? '' : ` (${printable(sessionId)})`}\n`)
  }
  for (const { source, message } of failed) writeError(`${printable(source)}: ${printable(message)}\n`)
  if (cancelled) writeError(`${words.cancelled}\n`)
  else if (imported.length + skipped.length + failed.length === 0) writeError(`${words.nothing}\n`)
  else writeError(`${words.summary(imported.length, skipped.length, failed.length)}\n`)
  if (imported.length > 0) writeError(`${words.secrets}\n`)
}

export function leftOutLine(leftOut: readonly LeftOut[]): string {
  return words.leftOutOf(leftOut.map(({ reason, count }) => words.part(count, words.leftOut[reason])))
}
