// What somebody wrote in Markdown, written anew from what it is read as in the window: no program that shows it finds HTML or a picture.
import { type Block, type Inline, type ListItem, lex, readBlock } from '../../../renderer/ui/markdown/document.ts'
import { exportWords as words } from '../../../shared/messages/exports.ts'
import { code, fence } from './code.ts'
import { plain } from './plain.ts'

export function saidMarkdown(text: string): string {
  return blocks(lex(plain(text), {}).flatMap((token) => readBlock(token) ?? []))
}

function blocks(all: readonly Block[], between = '\n\n'): string {
  return all
    .map(blockOf)
    .filter((text) => text !== '')
    .join(between)
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'tight':
      return lines(inlines(block.children))
    case 'heading':
      // Below those of the session itself.
      return `${'#'.repeat(Math.min(6, block.depth + 2))} ${inlines(block.children).replace(/\s+/g, ' ')}`
    case 'code':
      return fence(block.text, /^[\w+#.-]{1,40}/.exec(block.info)?.[0] ?? '')
    case 'list':
      return listOf(block)
    case 'quote':
      return blocks(block.blocks).replace(/^/gm, '> ')
    case 'table': {
      const row = (cells: Inline[][]) => `| ${cells.map(cellOf).join(' | ')} |`
      const rule = block.header.map((_cell, index) => ruleOf(block.alignments[index] ?? null))
      return [row(block.header), `| ${rule.join(' | ')} |`, ...block.rows.map(row)].join('\n')
    }
    case 'rule':
      return '***'
    case 'raw':
      return lines(unlinked(escaped(block.text)))
    default:
      return block satisfies never
  }
}

function listOf({ ordered, start, items }: Extract<Block, { kind: 'list' }>): string {
  const isTight = items.every(({ blocks: inside }) => inside.every(({ kind }) => kind === 'tight' || kind === 'list'))
  const between = isTight ? '\n' : '\n\n'
  return items.map((item, index) => itemOf(item, ordered ? `${start + index}. ` : '- ', between)).join(between)
}

/** Everything of an item stands below its first word. */
function itemOf({ checked, blocks: inside }: ListItem, mark: string, between: string): string {
  const box = checked === null ? '' : checked ? '☑ ' : '☐ '
  return `${mark}${box}${blocks(inside, between).replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)}`
}

function cellOf(cell: Inline[]): string {
  return inlines(cell).replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

function ruleOf(alignment: 'left' | 'center' | 'right' | null): string {
  return { left: ':---', center: ':---:', right: '---:', none: '---' }[alignment ?? 'none']
}

function inlines(children: readonly Inline[], isLabel = false): string {
  // A sign that would make a picture of the link behind it.
  const join = (all: string, next: string) =>
    `${all.endsWith('!') && next.startsWith('[') ? `${all.slice(0, -1)}&#33;` : all}${next}`
  return children.map((child) => inlineOf(child, isLabel)).reduce(join, '')
}

function inlineOf(inline: Inline, isLabel: boolean): string {
  switch (inline.kind) {
    case 'text':
      return isLabel ? escaped(inline.text) : unlinked(escaped(inline.text))
    case 'strong':
      return marked('**', inlines(inline.children, isLabel))
    case 'emphasis':
      return marked('*', inlines(inline.children, isLabel))
    case 'deleted':
      return marked('~~', inlines(inline.children, isLabel))
    case 'code':
      return code(inline.text)
    case 'break':
      return '  \n'
    case 'link':
      return linkOf(inline.href, inlines(inline.children, true))
    case 'image':
      // Never loaded by itself: whoever wants to see it goes there.
      return linkOf(inline.href, escaped(words.picture(inline.alternative)))
    default:
      return inline satisfies never
  }
}

const marked = (mark: string, inside: string) => (inside.trim() === '' ? inside : `${mark}${inside}${mark}`)

/** Only where a person may go from the window, too. */
function linkOf(href: string, inside: string): string {
  const url = URL.canParse(href) ? new URL(href) : null
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return `${inside} (${escaped(href)})`
  const address = url.href.replace(/[()<>\\"'`*_[\]&\s]/g, (sign) => (sign === '&' ? '&amp;' : encoded(sign)))
  return `[${inside.replace(/\s+/g, ' ')}](${address})`
}

const encoded = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/**
 * Text that is no more than text in every dialect. `<` by its name and not behind a backslash, which the oldest of them would show
 * beside a tag that counts; `!` before a bracket, which together begin a picture.
 */
export function escaped(text: string): string {
  return text
    .replace(/[\\`*[\]~]/g, (sign) => `\\${sign}`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=[#\w])/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/!(?=\\\[)/g, '&#33;')
}

/**
 * An address that was read as no link does not become one: some programs let it go on to the next space, and so over the sign
 * behind it that begins code, whose content then counts.
 */
function unlinked(text: string): string {
  return text
    .replace(/(https?|ftp):\/\//gi, '$1:\\/\\/')
    .replace(/(?<![\p{L}\p{N}])www\./giu, (start) => `${start.slice(0, -1)}\\.`)
}

/** No line begins anything but itself. */
function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const start = line.trimStart()
      if (/^(#{1,6}(\s|$)|[-+](\s|$)|>|=+\s*$|--|:-|\|)/.test(start)) return `\\${start}`
      return start.replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    })
    .join('\n')
}
