// The ledger as the text of a file: CSV when its name ends so, else one JSON object a line.
import type { LedgerEntry } from './ledger.ts'
import { ledgerWords as words } from './messages/ledger.ts'

export function ledgerText(path: string, entries: readonly LedgerEntry[]): string {
  if (/\.csv$/i.test(path)) return toCsv(entries)
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

/** RFC 4180. A value that a spreadsheet would take for a formula gets an apostrophe before it. */
function toCsv(entries: readonly LedgerEntry[]): string {
  const rows = entries.map(({ ts, sessionId, kind, what, approvalId, outcome }) => [
    ts,
    sessionId ?? '',
    kind,
    what,
    approvalId ?? '',
    outcome,
  ])
  return [words.header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
