// A session as Markdown: what was said as it was written, calls folded below it.
import { exportWords as words } from '../../../shared/messages/exports.ts'
import { code, fence } from './code.ts'
import { plain } from './plain.ts'
import { saidMarkdown } from './said-markdown.ts'
import type { AttachedPart, CallPart, Part, ReadableSession } from './turns.ts'

export function markdownOf(session: ReadableSession, exported: string): string {
  const notes = [
    ...(session.folder === null ? [] : [words.folder(code(session.folder))]),
    exported,
    ...(session.skippedBytes > 0 ? [words.damaged(session.skippedBytes)] : []),
    ...(session.hasBranches ? [words.branches] : []),
  ]
  const parts = [`# ${inLine(session.title || words.untitled)}`, notes.join('  \n'), ...session.parts.map(partOf)]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

function partOf(part: Part): string {
  if (part.kind === 'summary') return `## ${words.summary}\n\n${saidMarkdown(part.text)}`
  if (part.kind === 'question') {
    const parts = [`## ${words.you}${at(part.ts)}`, saidMarkdown(part.text), attachedList(part.attached)]
    return parts.filter(Boolean).join('\n\n')
  }
  const { text, thinking, model, calls, error } = part
  return [
    `## ${inLine(model ?? words.model)}${at(part.ts)}`,
    thinking === '' ? '' : folded(words.thinking, fence(thinking)),
    saidMarkdown(text),
    ...calls.map(callOf),
    error === null ? '' : `> ${inLine(error)}`,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function attachedList(attached: readonly AttachedPart[]): string {
  if (attached.length === 0) return ''
  return [`${words.attached}:`, '', ...attached.map(({ line }) => `- ${inLine(line)}`)].join('\n')
}

function callOf({ line, arguments: given, output }: CallPart): string {
  const parts = [
    `${words.arguments}:`,
    given === null ? words.unreadable : fence(given, 'json'),
    `${words.output}:`,
    output === null ? words.noOutput : fence(output),
  ]
  return folded(line, parts.join('\n\n'))
}

const at = (ts: string | null) => (ts === null ? '' : ` · ${ts.slice(0, 16).replace('T', ' ')}`)

/** Blank lines around what is inside, so that it is Markdown again. */
function folded(summary: string, inside: string): string {
  return `<details><summary>${inHtml(summary)}</summary>\n\n${inside}\n\n</details>`
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' }

/** One line of plain words in Markdown. A tag behind a backslash would count in the oldest of its dialects. */
function inLine(text: string): string {
  return plain(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]#|~]/g, (sign) => `\\${sign}`)
    .replace(/[<>&]/g, (sign) => entities[sign] ?? '')
}

function inHtml(text: string): string {
  return plain(text)
    .replace(/\s+/g, ' ')
    .replace(/[&<>"'`*_[\]\\]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
