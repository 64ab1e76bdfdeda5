// The parts an answer is made of, read from the tokens of `marked`: its lexer only, never its HTML.
import { Lexer, type Token, type TokensList } from 'marked'

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis' | 'deleted'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'link'; href: string; children: Inline[] }
  | { kind: 'image'; href: string; alternative: string }

export type Alignment = 'left' | 'center' | 'right' | null

export interface ListItem {
  /** null when the item is not a task. */
  checked: boolean | null
  blocks: Block[]
}

export type Block =
  | { kind: 'paragraph' | 'tight'; children: Inline[] }
  | { kind: 'heading'; depth: number; children: Inline[] }
  | { kind: 'code'; info: string; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: ListItem[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'table'; alignments: Alignment[]; header: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' }
  | { kind: 'raw'; text: string }

type Links = TokensList['links']

/** Lexes Markdown. `links` are reference definitions met elsewhere in the same text. */
export function lex(source: string, links: Links): TokensList {
  const lexer = new Lexer({ gfm: true })
  Object.assign(lexer.tokens.links, links)
  return lexer.lex(source)
}

/** null for a token that shows nothing, such as white space or a link definition. */
export function readBlock(token: Token): Block | null {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return null
    case 'heading':
      return { kind: 'heading', depth: token.depth, children: readInlines(token.tokens) }
    case 'code':
      return { kind: 'code', info: token.lang ?? '', text: token.text }
    case 'list':
      return { kind: 'list', ordered: token.ordered, start: Number(token.start) || 1, items: token.items.map(readItem) }
    case 'blockquote':
      return { kind: 'quote', blocks: readBlocks(token.tokens) }
    case 'table':
      return {
        kind: 'table',
        alignments: token.align,
        header: token.header.map(readCell),
        rows: token.rows.map((row: { tokens?: Token[] }[]) => row.map(readCell)),
      }
    case 'hr':
      return { kind: 'rule' }
    case 'html':
      return { kind: 'raw', text: token.raw.replace(/\n+$/, '') }
    case 'paragraph':
      return { kind: 'paragraph', children: readInlines(token.tokens) }
    case 'text':
      return {
        kind: 'tight',
        children: token.tokens ? readInlines(token.tokens) : [{ kind: 'text', text: token.text }],
      }
    default:
      return { kind: 'raw', text: token.raw }
  }
}

function readBlocks(tokens: Token[] | undefined): Block[] {
  return (tokens ?? []).flatMap((token) => readBlock(token) ?? [])
}

function readCell(cell: { tokens?: Token[] }): Inline[] {
  return readInlines(cell.tokens)
}

function readItem(item: { task: boolean; checked?: boolean; tokens: Token[] }): ListItem {
  return { checked: item.task ? item.checked === true : null, blocks: readBlocks(item.tokens) }
}

function readInlines(tokens: Token[] | undefined): Inline[] {
  return (tokens ?? []).flatMap((token) => readInline(token) ?? [])
}

function readInline(token: Token): Inline | null {
  switch (token.type) {
    case 'strong':
      return { kind: 'strong', children: readInlines(token.tokens) }
    case 'em':
      return { kind: 'emphasis', children: readInlines(token.tokens) }
    case 'del':
      return { kind: 'deleted', children: readInlines(token.tokens) }
    case 'codespan':
      return { kind: 'code', text: token.text }
    case 'br':
      return { kind: 'break' }
    case 'link':
      return { kind: 'link', href: token.href, children: readInlines(token.tokens) }
    case 'image':
      return { kind: 'image', href: token.href, alternative: token.text }
    case 'checkbox':
      return null
    case 'html':
      // A line break is the one tag with a meaning of its own in a table cell; everything else is shown as written.
      return /^<br\s*\/?>$/i.test(token.raw) ? { kind: 'break' } : { kind: 'text', text: token.raw }
    case 'text':
      if (token.tokens) return { kind: 'strong', children: readInlines(token.tokens) }
      return { kind: 'text', text: token.text }
    case 'escape':
      return { kind: 'text', text: token.text }
    default:
      return { kind: 'text', text: token.raw }
  }
}
