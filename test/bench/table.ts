// The figures for people: one line each, columns aligned.
import type { Figure } from './figure.ts'

export function table(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'value', 'baseline', 'ratio', 'limit', ''],
    ...figures.map(({ name, value, unit, baseline, ratio, limit, ok }) => [
      name,
      `${value} ${unit}`,
      `${baseline} ${unit}`,
      ratio.toFixed(2),
      limit.toFixed(2),
      ok ? 'ok' : 'BROKEN',
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lineOf = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
  return rows.map((row) => `${lineOf(row).join('  ').trimEnd()}\n`).join('')
}
