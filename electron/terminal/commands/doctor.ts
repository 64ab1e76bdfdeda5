// `carrel doctor`: checks everything a person may doubt, and names the sessions that have damage.
import type { CheckedSession, DataReport } from '../../../shared/data-report.ts'
import { hasDamage, sumUp } from '../../../shared/data-sums.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { size } from '../../../shared/messages/sizes.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine, printable } from '../front.ts'

const words = messages.terminal.data
const indent = '      '

export async function doctorCommand(context: CommandContext): Promise<number> {
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('app.check', {}, context.signal)
    if (context.signal.aborted) return cancelled(context)
    if (!answer.ok) return fail(context, answer.failure)
    const { checks, data } = answer.value
    if (context.json) context.write(jsonLine('doctor', { checks, sessions: data?.sessions ?? [] }))
    else {
      for (const { name, status, detail, fix } of checks) {
        context.write(`${status.padEnd(4)}  ${name.padEnd(12)}  ${printable(detail)}\n`)
        if (fix) context.write(`${' '.repeat(20)}${printable(fix)}\n`)
      }
      if (data) context.write(found(data))
    }
    if (checks.some((check) => check.status === 'fail')) return exitCodes.failed
    const { skippedBytes, missingBlobs } = data ? sumUp(data) : { skippedBytes: 0, missingBlobs: 0 }
    return skippedBytes > 0 || missingBlobs > 0 ? exitCodes.damaged : exitCodes.done
  })
}

/** What a person may want to look at; empty when all is well. */
function found(data: DataReport): string {
  const { sessions, others, sameButCase } = data
  const besides = [
    ...sessions.filter(({ shadowed }) => shadowed).map(({ id }) => words.shadowed(id)),
    ...sessions.filter(({ beingWritten }) => beingWritten).map(({ id }) => words.beingWritten(id)),
    ...sessions.flatMap(({ id, copy }) => (copy === null ? [] : [words.copies[copy](id)])),
    ...sameButCase.map(words.sameButCase),
    ...others.map(({ name, kind, bytes }) => words.other(oneLine(name), words.kinds[kind], size(bytes))),
  ]
  return [
    part(words.damaged, sessions.filter(hasDamage).map(damagedLines)),
    part(words.newer, sessions.filter((one) => one.state === 'readonly' && !hasDamage(one)).map(headline)),
    part(
      words.others,
      besides.map((line) => `  ${line}\n`),
    ),
  ].join('')
}

function part(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.join('')}`
}

function headline({ id, title, archived }: CheckedSession): string {
  return `  ${id}  ${oneLine(title) || messages.terminal.untitled}${archived ? `  (${words.archived})` : ''}\n`
}

function damagedLines(session: CheckedSession): string {
  const { failure, bytes, skippedBytes, missingBlobs, badLines, records, diagnostics, diagnosticsLeftOut, lastGood } =
    session
  const lines = [
    ...(failure === null ? [] : [failure]),
    ...(failure === null && bytes === 0 ? [words.empty] : []),
    ...(skippedBytes > 0 ? [words.skipped(skippedBytes, badLines)] : []),
    ...(missingBlobs > 0 ? [words.missingBlobs(missingBlobs)] : []),
    ...(failure === null && records === 0 && bytes > 0 ? [words.nothingLeft] : []),
    ...diagnostics.map(({ offset, length, message }) => words.at(offset, length, message)),
    ...(diagnosticsLeftOut > 0 ? [words.more(diagnosticsLeftOut)] : []),
    ...(lastGood ? [words.lastGood(lastGood.ts, lastGood.offset, oneLine(lastGood.words))] : []),
  ]
  return `${headline(session)}${lines.map((line) => `${indent}${printable(line)}\n`).join('')}`
}

/** Names and titles are whatever a file says: in one line, and without what could steer a terminal. */
function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim()
}
