// Markdown as lines of a terminal: the same reading of it as in the window, set in words, signs and colours.
import stringWidth from 'string-width'
import type { Block, Inline, ListItem } from '../../../renderer/ui/markdown/document.ts'
import { highlight } from '../../../renderer/ui/markdown/highlight.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import { safeLine, safeText } from './safe-text.ts'
import { broken, type Style, wrapped } from './style.ts'

/** Lines of at most this width, but for code, which stays in lines as it is. No character of the text steers the terminal. */
export function blockLines(block: Block, width: number, style: Style): string[] {
  switch (block.kind) {
    case 'paragraph':
    case 'tight':
      return wrapped(inlineText(block.children, style), width)
    case 'heading': {
      const text = inlineText(block.children, style)
      const marked = style.hasColour ? text : `${'#'.repeat(block.depth)} ${text}`
      return wrapped(block.depth === 1 ? style.bold(style.underline(marked)) : style.bold(marked), width)
    }
    case 'code':
      return codeLines(block, style)
    case 'list':
      return block.items.flatMap((item, index) => {
        const marker = block.ordered ? `${block.start + index}. ` : style.isSpoken ? '- ' : '• '
        return itemLines(item, marker, width, style)
      })
    case 'quote':
      return prefixed(style.isSpoken ? '> ' : '│ ', block.blocks, width, style)
    case 'table':
      return tableLines(block, width, style)
    case 'rule':
      return [style.isSpoken ? '' : style.faint('─'.repeat(Math.min(width, 40)))]
    case 'raw':
      return broken(safeText(block.text), width)
    default:
      return block satisfies never
  }
}

function codeLines({ info, text }: { info: string; text: string }, style: Style): string[] {
  const language = safeLine(info)
  const runs = style.hasColour ? highlight(/^[\w+#-]*/.exec(info)?.[0].toLowerCase() ?? '', text) : null
  const coloured = runs ? runs.map((run) => paintOf(run.scope, style, safeText(run.text))).join('') : safeText(text)
  const head = style.isSpoken ? [words.codeBegins(language)] : language === '' ? [] : [`  ${style.faint(language)}`]
  const foot = style.isSpoken ? [words.codeEnds] : []
  return [...head, ...coloured.split('\n').map((line) => (style.isSpoken ? line : `  ${line}`)), ...foot]
}

/** Each line for itself, since a colour that goes on over a line end would colour what stands before the next. */
function paintOf(scope: string, style: Style, text: string): string {
  const paint = paints(style)[/hljs-(\w+)/.exec(scope)?.[1] ?? '']
  return paint ? text.split('\n').map(paint).join('\n') : text
}

function paints(style: Style): Readonly<Record<string, ((text: string) => string) | undefined>> {
  return {
    keyword: style.magenta,
    built_in: style.cyan,
    type: style.cyan,
    literal: style.cyan,
    number: style.cyan,
    string: style.green,
    regexp: style.green,
    comment: style.faint,
    meta: style.faint,
    title: style.blue,
    attr: style.blue,
    name: style.blue,
    section: style.bold,
    addition: style.green,
    deletion: style.red,
  }
}

function itemLines({ checked, blocks }: ListItem, marker: string, width: number, style: Style): string[] {
  const task = checked === null ? '' : checked ? '[x] ' : '[ ] '
  const first = `${marker}${task}`
  const indent = ' '.repeat(stringWidth(marker))
  const lines = blocksLines(blocks, width - stringWidth(first), style)
  return (lines.length === 0 ? [''] : lines).map((line, index) => (index === 0 ? first : indent) + line)
}

function prefixed(prefix: string, blocks: readonly Block[], width: number, style: Style): string[] {
  return blocksLines(blocks, width - stringWidth(prefix), style).map((line) => style.faint(prefix) + line)
}

/** Blocks below one another; an empty line stands between those that are no lines of a list. */
export function blocksLines(blocks: readonly Block[], width: number, style: Style): string[] {
  return blocks.flatMap((block, index) => {
    const lines = blockLines(block, width, style)
    return index > 0 && block.kind !== 'list' && block.kind !== 'tight' ? ['', ...lines] : lines
  })
}

const columnGap = '  '

/** As columns where they fit, else each row as lines of name and value. */
function tableLines(
  { header, rows, alignments }: Extract<Block, { kind: 'table' }>,
  width: number,
  style: Style,
): string[] {
  const text = (cell: Inline[] | undefined) => inlineText(cell ?? [], style).replaceAll('\n', ' ')
  const all = [header, ...rows].map((row) => header.map((_, column) => text(row[column])))
  const widths = header.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ''))))
  const [names = [], ...values] = all
  const total = widths.reduce((sum, one) => sum + one, columnGap.length * (widths.length - 1))
  if (total > width || style.isSpoken) {
    return values.flatMap((row, index) => [
      ...(index > 0 ? [''] : []),
      ...row.flatMap((value, column) => wrapped(`${style.bold(names[column] ?? '')}: ${value}`, width)),
    ])
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell))
        return alignments[column] === 'right' ? space + cell : cell + space
      })
      .join(columnGap)
      .trimEnd()
  const rule = style.faint(widths.map((one) => '─'.repeat(one)).join(columnGap))
  return [line(names.map(style.bold)), rule, ...values.map(line)]
}

function inlineText(inlines: readonly Inline[], style: Style): string {
  return inlines.map((inline) => oneInline(inline, style)).join('')
}

function oneInline(inline: Inline, style: Style): string {
  switch (inline.kind) {
    case 'text':
      return safeText(inline.text).replaceAll('\n', ' ')
    case 'strong':
      return style.bold(inlineText(inline.children, style))
    case 'emphasis':
      return style.italic(inlineText(inline.children, style))
    case 'deleted':
      return style.struck(inlineText(inline.children, style))
    case 'code': {
      const text = safeLine(inline.text)
      return style.hasColour ? style.cyan(text) : `\`${text}\``
    }
    case 'break':
      return '\n'
    case 'link': {
      const text = inlineText(inline.children, style)
      const href = safeLine(inline.href)
      return text === href || `mailto:${text}` === href ? style.underline(href) : `${text} (${style.underline(href)})`
    }
    case 'image':
      return `${words.image(safeLine(inline.alternative))} (${style.underline(safeLine(inline.href))})`
    default:
      return inline satisfies never
  }
}
