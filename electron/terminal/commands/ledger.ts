// `carrel ledger`: what has happened at the border, as a list or as a file.
import { resolve } from 'node:path'
import type { Output } from '../../../shared/ipc.ts'
import { type LedgerEntry, ledgerKind } from '../../../shared/ledger.ts'
import { ledgerText } from '../../../shared/ledger-text.ts'
import { ledgerWords as words } from '../../../shared/messages/ledger.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { exactLine } from '../exact-line.ts'
import { type CommandContext, exitCodes, fail, jsonLine, show } from '../front.ts'
import { writeNewFile } from '../new-file.ts'

/** As many as a person scrolls through; a script and a file get all. */
const shownAtMost = 500
const all = 1_000_000

export async function ledgerCommand(context: CommandContext): Promise<number> {
  const { since, session, kind, out } = context.options
  const refuse = (message: string) => fail(context, { code: 'invalid-input', message })
  if (context.arguments.length > 0) {
    return refuse(messages.terminal.unknownCommand(`ledger ${context.arguments.join(' ')}`))
  }
  const from = typeof since === 'string' ? toTime(since) : undefined
  if (from === null) return refuse(messages.terminal.optionTakes('since', words.badSince))
  const chosen = ledgerKind.optional().safeParse(kind)
  if (!chosen.success) return refuse(messages.terminal.optionValue('kind', ledgerKind.options.join(', ')))
  const isExport = typeof out === 'string'

  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('ledger.list', {
      ...(from !== undefined && { since: from }),
      ...(typeof session === 'string' && { sessionId: session }),
      ...(chosen.data !== undefined && { kind: chosen.data }),
      limit: context.json || isExport ? all : shownAtMost,
    })
    if (!answer.ok || !isExport) {
      const isFiltered = since !== undefined || session !== undefined || kind !== undefined
      return show(context, 'ledger', answer, (ledger) => table(ledger, isFiltered))
    }
    const path = resolve(context.folder, out)
    // As they came: a file is read from its beginning.
    const entries = answer.value.entries.toReversed()
    await writeNewFile(path, ledgerText(path, entries))
    if (context.json) context.write(jsonLine('ledger', { path, entries: entries.length }))
    else context.write(`${words.exported(entries.length, path)}\n`)
    return exitCodes.done
  })
}

/** ISO 8601; a day begins at midnight UTC. Not all that Date takes: it makes the year 2001 of "1". */
function toTime(text: string): string | null {
  const time = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text) ? new Date(text) : null
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString()
}

function table({ entries, more, reached, badLines, fault }: Output<'ledger.list'>, isFiltered: boolean): string {
  const isSure = badLines === 0 && fault === null
  const lines = [
    ...entries.map(row),
    ...(entries.length === 0 ? [isFiltered ? words.nothingFound : words.empty] : ['']),
    ...(more ? [words.more(entries.length)] : []),
    ...(reached.length === 0 ? [isSure ? words.nothingLeft : words.nothingKnownLeft] : [words.reached]),
    ...reached.map(({ host, times }) => `  ${words.reachedTimes(exactLine(host), times)}`),
    ...(badLines > 0 ? [words.badLines(badLines)] : []),
    ...(fault === null ? [] : [words.fault(fault.message)]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function row({ ts, kind, what, outcome, approvalId }: LedgerEntry): string {
  const when = exactLine(ts.slice(0, 19).replace('T', ' '))
  const by = approvalId === null ? '' : `  [${exactLine(approvalId)}]`
  return `${when}  ${kind.padEnd(7)}  ${exactLine(outcome).padEnd(12)}  ${exactLine(what)}${by}`
}
