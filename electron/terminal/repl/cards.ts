// What is asked at the border, as lines: the exact bytes, where they would be used, what holds, and why it is asked.
import type { Approval, Scope } from '../../../shared/approval.ts'
import { exactLines, exactTextOf, hiddenIn, type LinePiece } from '../../../shared/exact-lines.ts'
import { approvalWords } from '../../../shared/messages/approvals.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import { safeLine } from './safe-text.ts'
import { broken, type Style, wrapped } from './style.ts'

/** A question that is answered by one key. */
export interface Card {
  /** Begins with what is asked. Everything that is decided upon is in them. */
  lines: readonly string[]
  answers: readonly { key: string; label: string; grants: boolean }[]
}

/** By its key. `d` is no. */
export const scopeOf: Readonly<Record<string, Scope>> = { a: 'once', s: 'session', f: 'folder' }

export function approvalCard(approval: Approval, width: number, style: Style): Card {
  const { subject, folder, seal, effect, reasons, remembers } = approval
  const exact = exactLines(exactTextOf(subject))
  const hidden = hiddenIn(exact)
  const isWithout = reasons.includes('no-sandbox')
  const isJailed = !isWithout && (effect === 'execute' || approval.tool === 'git_commit')
  const guards = (holds: boolean) =>
    seal.guards.filter((guard) => guard.holds === holds).map(({ name }) => approvalWords.guards[name])
  const fact = (name: string, value: string) => wrapped(`${style.faint(`${name}:`)} ${value}`, width)
  const bytes = exact.flatMap(({ pieces, end }) =>
    broken(
      pieces.map((piece) => pieceText(piece, style)).join('') + (end === 'LF' ? style.faint(' LF') : ''),
      width - 4,
    ),
  )
  const lines = [
    style.bold(style.orange(approvalWords.title(approval))),
    style.faint(`${approvalWords.bytes[subject.kind]}:`),
    ...bytes.map((line) => (style.isSpoken ? line : `${style.orange('  │ ')}${line}`)),
    ...(hidden === null ? [] : wrapped(style.red(approvalWords.hidden(hidden)), width)),
    ...fact(approvalWords.facts.folder, safeLine(folder)),
    ...(subject.kind === 'url'
      ? fact(approvalWords.facts.opens, safeLine(approvalWords.facts.network(subject.host)))
      : []),
    ...(isJailed && guards(true).length > 0 ? fact(approvalWords.facts.holds, guards(true).join(', ')) : []),
    ...(isJailed && guards(false).length > 0
      ? fact(approvalWords.facts.fails, style.red(guards(false).join(', ')))
      : []),
    ...reasons.flatMap((reason) => wrapped(safeLine(approvalWords.why(reason, approval)), width)),
    ...wrapped(remembers === null ? words.asksOnce : words.covers(safeLine(remembers)), width),
  ]
  const canRemember = remembers !== null && !isWithout
  return {
    lines,
    answers: [
      { key: 'a', label: words.keys.once, grants: true },
      ...(canRemember ? [{ key: 's', label: words.keys.session, grants: true }] : []),
      ...(canRemember ? [{ key: 'f', label: words.keys.folder, grants: true }] : []),
      { key: 'd', label: words.keys.deny, grants: false },
    ],
  }
}

/** Yes or no to something that lets more happen. */
export function consentCard(title: string, notes: readonly string[], width: number, style: Style): Card {
  return {
    lines: [...wrapped(style.bold(style.orange(title)), width), ...notes.flatMap((note) => wrapped(note, width))],
    answers: [
      { key: 'y', label: words.keys.yes, grants: true },
      { key: 'n', label: words.keys.no, grants: false },
    ],
  }
}

function pieceText(piece: LinePiece, style: Style): string {
  if (piece.kind === 'text') return piece.text
  const label = `<${piece.label}>`
  return piece.kind === 'odd' ? style.red(label) : style.faint(label)
}
