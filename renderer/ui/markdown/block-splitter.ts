// Splits a growing Markdown text into blocks so that a finished block is lexed once and never changes its identity.
import type { TokensList } from 'marked'
import { type Block, lex, readBlock } from './document.ts'

export interface ShownBlock {
  /** Position among the blocks of the text; stays the same while the text grows. */
  key: number
  block: Block
  /** The text may still grow at the end of this block. */
  open: boolean
  /** Heading level in the outline of the page, or 0: never more than one deeper than the heading before. */
  level: number
}

/** Highest level a heading inside an answer may have: 1 is the page, 2 the question. */
const firstLevel = 3

interface OpenBlock {
  raw: string
  shown: ShownBlock
}

export interface BlockSplitter {
  /** The blocks of `text`; `finished` says that it will not grow any more. */
  update(text: string, finished: boolean): readonly ShownBlock[]
}

export function createBlockSplitter(): BlockSplitter {
  let settled: ShownBlock[] = []
  let settledText = ''
  let level = firstLevel - 1
  let links: TokensList['links'] = {}
  let open: OpenBlock[] = []
  let last: { text: string; finished: boolean; blocks: readonly ShownBlock[] } | undefined

  function reset() {
    settled = []
    settledText = ''
    level = firstLevel - 1
    links = {}
    open = []
  }

  function update(given: string, finished: boolean): readonly ShownBlock[] {
    if (last && last.text === given && last.finished === finished) return last.blocks
    const text = given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given
    // A definition may stand after the text that refers to it, so the whole is read once more at the end.
    if (!text.startsWith(settledText) || (finished && Object.keys(links).length > 0)) reset()
    const tokens = lex(text.slice(settledText.length), links)
    links = { ...links, ...tokens.links }
    const keepFrom = finished ? tokens.length : firstOpenToken(tokens)
    const before = open
    open = []
    let key = settled.length
    let openLevel = level
    tokens.forEach((token, index) => {
      const isSettled = index < keepFrom
      if (isSettled) settledText += token.raw
      const block = readBlock(token)
      if (!block) return
      if (block.kind === 'heading') openLevel = Math.min(block.depth + firstLevel - 1, openLevel + 1, 6)
      const isOpen = !finished && isLastShown(tokens, index)
      const shown = reuse(before, key, token.raw, isOpen) ?? {
        key,
        block,
        open: isOpen,
        level: block.kind === 'heading' ? openLevel : 0,
      }
      key += 1
      if (isSettled) {
        settled.push(shown)
        level = openLevel
      } else open.push({ raw: token.raw, shown })
    })
    const blocks = [...settled, ...open.map((each) => each.shown)]
    last = { text: given, finished, blocks }
    return blocks
  }

  return { update }
}

function reuse(before: OpenBlock[], key: number, raw: string, isOpen: boolean): ShownBlock | undefined {
  const same = before.find((each) => each.shown.key === key && each.raw === raw)?.shown
  if (!same) return undefined
  return same.open === isOpen ? same : { ...same, open: isOpen }
}

function isLastShown(tokens: TokensList, index: number): boolean {
  for (let after = index + 1; after < tokens.length; after += 1) {
    const type = tokens[after]?.type
    if (type !== 'space' && type !== 'def') return false
  }
  return true
}

/**
 * The last two blocks stay open: "2" after a list looks like a paragraph until "2." makes it the next item.
 */
function firstOpenToken(tokens: TokensList): number {
  let seen = 0
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (tokens[index]?.type === 'space') continue
    seen += 1
    if (seen === 2) return index
  }
  return 0
}
