// A text as the lines of its bytes: every line end, every sign that cannot be seen, every long gap is named.
import type { Subject } from './approval.ts'
import { approvalWords as words } from './messages/approvals.ts'
import { type MarkKind, visibleText } from './visible-text.ts'

export type LinePiece =
  | { kind: 'text'; text: string }
  /** Named in the line: CR, TAB, ESC, so many spaces. */
  | { kind: 'control'; label: string; isTab: boolean }
  /** Should not be there unseen: its code point. */
  | { kind: 'odd'; label: string; name: string; of: Exclude<MarkKind, 'control'> | 'escape' }

export interface ExactLine {
  pieces: LinePiece[]
  /** How it ends. */
  end: 'LF' | 'END'
}

/** As many spaces as no indentation has: what stands behind them may be out of sight. */
const longGap = 16
const gaps = new RegExp(` {${longGap},}`, 'g')

/** Usual in a text, and only named. */
const usual: Readonly<Record<string, string>> = { 'U+0009': 'TAB', 'U+000D': 'CR' }

export function exactLines(text: string): ExactLine[] {
  const lines: ExactLine[] = [{ pieces: [], end: 'END' }]
  const add = (piece: LinePiece) => lines.at(-1)?.pieces.push(piece)
  for (const piece of visibleText(text)) {
    if ('text' in piece) addText(piece.text, add)
    else if (piece.mark === 'U+000A') {
      const last = lines.at(-1)
      if (last) last.end = 'LF'
      lines.push({ pieces: [], end: 'END' })
    } else {
      const label = usual[piece.mark]
      if (label !== undefined) add({ kind: 'control', label, isTab: label === 'TAB' })
      else
        add({ kind: 'odd', label: piece.mark, name: piece.name, of: piece.kind === 'control' ? 'escape' : piece.kind })
    }
  }
  return lines
}

function addText(text: string, add: (piece: LinePiece) => void): void {
  let end = 0
  for (const match of text.matchAll(gaps)) {
    if (match.index > end) add({ kind: 'text', text: text.slice(end, match.index) })
    add({ kind: 'control', label: words.gap(match[0].length), isTab: false })
    end = match.index + match[0].length
  }
  if (end < text.length) add({ kind: 'text', text: text.slice(end) })
}

/** How many signs there are that should be seen and cannot, and the first of them; null when there are none. */
export function hiddenIn(lines: readonly ExactLine[]): { count: number; name: string; line: number } | null {
  let count = 0
  let first: { name: string; line: number } | null = null
  for (const [index, { pieces }] of lines.entries()) {
    for (const piece of pieces) {
      if (piece.kind !== 'odd') continue
      count += 1
      first ??= { name: piece.name, line: index + 1 }
    }
  }
  return first && { count, ...first }
}

/** Everything that will be used, as one text. */
export function exactTextOf(subject: Subject): string {
  switch (subject.kind) {
    case 'command':
      return subject.command
    case 'file':
      return subject.path
    case 'url':
      return subject.url
    case 'commit':
      return [subject.message, ...(subject.paths.length > 0 ? ['', ...subject.paths] : [])].join('\n')
    case 'call':
      return subject.arguments
    default:
      return subject satisfies never
  }
}
