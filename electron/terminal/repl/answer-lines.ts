// An answer as it grows: blocks that are finished are said once and for all, those that may still change are drawn anew.
import { createBlockSplitter, type ShownBlock } from '../../../renderer/ui/markdown/block-splitter.ts'
import { blockLines } from './markdown.ts'
import type { Style } from './style.ts'

export interface AnswerLines {
  /** The text so far. Answers the lines that are finished since the last time. */
  grow(text: string, isFinished: boolean, width: number): string[]
  /** What may still change, at most this many rows of it: the end. */
  open(width: number): string[]
}

/** A paragraph after a list may turn out to be its next item: the splitter keeps the last two blocks open. */
const openBlocks = 2

export function createAnswerLines(style: Style): AnswerLines {
  const splitter = createBlockSplitter()
  let blocks: readonly ShownBlock[] = []
  let said = 0

  const linesOf = ({ block, key }: ShownBlock, width: number) => [
    ...(key > 0 ? [''] : []),
    ...blockLines(block, width, style),
  ]
  return {
    grow(text, isFinished, width) {
      blocks = splitter.update(text, isFinished)
      const until = isFinished ? blocks.length : Math.max(said, blocks.length - openBlocks)
      const lines = blocks.slice(said, until).flatMap((shown) => linesOf(shown, width))
      said = until
      return lines
    },
    open: (width) => blocks.slice(said).flatMap((shown) => linesOf(shown, width)),
  }
}
