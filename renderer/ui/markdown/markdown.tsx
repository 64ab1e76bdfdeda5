// An answer written in Markdown, as React elements: no HTML, no images from anywhere, links only through `openLink`.
import { memo, useState } from 'react'
import { Icon } from '../icon.tsx'
import { inOrder } from '../in-order.ts'
import { Well } from '../well.tsx'
import { createBlockSplitter, type ShownBlock } from './block-splitter.ts'
import { CodeBlock } from './code-block.tsx'
import type { Alignment, Block } from './document.ts'
import { useGradualText } from './gradual-text.ts'
import { Inlines } from './inlines.tsx'
import './markdown.css'

export interface MarkdownWords {
  copy: string
  copied: string
  /** Caption of a code block that names no language. */
  code: string
  codeFrom: (name: string) => string
  /** Name of a table's scrolling well. */
  table: string
  image: (alternative: string) => string
  taskDone: string
  taskOpen: string
}

export interface MarkdownReader {
  words: MarkdownWords
  openLink: (url: string) => void
}

/** `reader` must keep its identity, or every finished block is drawn again. */
export function Markdown(props: { text: string; finished: boolean; caret?: boolean; reader: MarkdownReader }) {
  const [splitter] = useState(createBlockSplitter)
  const { shown: text, isLong } = useGradualText(props.text)
  const isAll = text.length === props.text.length
  const blocks = splitter.update(text, props.finished && isAll)
  if (isLong) {
    return (
      <div data-growing={isAll ? undefined : true}>
        {inParts(blocks).map((part) => (
          <Part key={part[0]?.key} blocks={part} reader={props.reader} />
        ))}
      </div>
    )
  }
  return (
    <div className="prose" data-growing={isAll ? undefined : true}>
      {blocks.map((shown, index) => (
        <BlockView
          key={shown.key}
          shown={shown}
          caret={props.caret === true && index === blocks.length - 1}
          reader={props.reader}
        />
      ))}
      {props.caret && blocks.length === 0 && <p className={growing} />}
    </div>
  )
}

/** So many blocks of a long text are one part: what is out of sight is not laid out, and no part is drawn for another. */
const blocksAPart = 40

function inParts(blocks: readonly ShownBlock[]): ShownBlock[][] {
  const parts: ShownBlock[][] = []
  for (let from = 0; from < blocks.length; from += blocksAPart) parts.push(blocks.slice(from, from + blocksAPart))
  return parts
}

const Part = memo(
  function Part(props: { blocks: readonly ShownBlock[]; reader: MarkdownReader }) {
    return (
      <div className="prose prose--part">
        {props.blocks.map((shown) => (
          <BlockView key={shown.key} shown={shown} caret={false} reader={props.reader} />
        ))}
      </div>
    )
  },
  (one, other) =>
    one.reader === other.reader &&
    one.blocks.length === other.blocks.length &&
    one.blocks.every((shown, index) => shown === other.blocks[index]),
)

/**
 * On the last block, where the next word will be. Not on the whole answer: when such a class came or went there, the
 * style of every element in it was computed again.
 */
const growing = 'growing'

const BlockView = memo(function BlockView(props: { shown: ShownBlock; caret: boolean; reader: MarkdownReader }) {
  return <BlockBody {...props.shown} caret={props.caret} reader={props.reader} />
})

/** A container decides the direction of all that is in it: inside one, `isInside` leaves it out. */
function BlockBody(props: {
  block: Block
  open: boolean
  level: number
  caret?: boolean
  isInside?: boolean
  reader: MarkdownReader
}) {
  const { block, reader } = props
  const direction = props.isInside ? undefined : 'auto'
  const growth = props.caret ? growing : undefined
  switch (block.kind) {
    case 'paragraph':
      return (
        <p dir={direction} className={growth}>
          <Inlines parts={block.children} reader={reader} />
        </p>
      )
    case 'tight':
      return <Inlines parts={block.children} reader={reader} />
    case 'heading': {
      // Inside a quote or a list it stays out of the outline of the page: it is set in bold and no more.
      const Heading = props.isInside ? 'p' : (headings[props.level] ?? 'h6')
      return (
        <Heading dir={direction} className={classes(`heading-${props.isInside ? 3 : block.depth}`, growth)}>
          <Inlines parts={block.children} reader={reader} />
        </Heading>
      )
    }
    case 'code':
      return <CodeBlock info={block.info} text={block.text} open={props.open} words={reader.words} />
    case 'list':
      return <List block={block} open={props.open} direction={direction} growth={growth} reader={reader} />
    case 'quote':
      return (
        <blockquote dir={direction} className={growth}>
          <Nested blocks={block.blocks} open={props.open} reader={reader} />
        </blockquote>
      )
    case 'table':
      return <Table block={block} direction={direction} reader={reader} />
    case 'rule':
      return <hr />
    case 'raw':
      return (
        <p dir={direction} className="as-written">
          {block.text}
        </p>
      )
    default:
      return block satisfies never
  }
}

const headings: Record<number, 'h3' | 'h4' | 'h5' | 'h6'> = { 3: 'h3', 4: 'h4', 5: 'h5' }

function Nested(props: { blocks: Block[]; open: boolean; reader: MarkdownReader }) {
  return inOrder(props.blocks, (block, index) => (
    <BlockBody
      key={index}
      block={block}
      open={props.open && index === props.blocks.length - 1}
      level={0}
      isInside
      reader={props.reader}
    />
  ))
}

function List(props: {
  block: Extract<Block, { kind: 'list' }>
  open: boolean
  direction: 'auto' | undefined
  growth: string | undefined
  reader: MarkdownReader
}) {
  const { block, direction, growth, reader } = props
  const isTasks = block.items.some((item) => item.checked !== null)
  const items = inOrder(block.items, (item, index) => (
    <li key={index} className={item.checked === null ? undefined : 'task'}>
      {item.checked !== null && (
        <span className="task-box" role="img" aria-label={item.checked ? reader.words.taskDone : reader.words.taskOpen}>
          {item.checked && <Icon name="check" small />}
        </span>
      )}
      <Nested blocks={item.blocks} open={props.open && index === block.items.length - 1} reader={reader} />
    </li>
  ))
  if (block.ordered) {
    return (
      <ol dir={direction} className={growth} start={block.start}>
        {items}
      </ol>
    )
  }
  return (
    <ul dir={direction} className={classes(isTasks && 'tasks', growth)}>
      {items}
    </ul>
  )
}

function Table(props: {
  block: Extract<Block, { kind: 'table' }>
  direction: 'auto' | undefined
  reader: MarkdownReader
}) {
  const { block, reader } = props
  return (
    <Well label={reader.words.table} className="table-well">
      <table dir={props.direction}>
        <thead>
          <tr>
            {inOrder(block.header, (cell, index) => (
              <th key={index} scope="col" className={alignment(block.alignments[index])}>
                <Inlines parts={cell} reader={reader} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(block.rows, (row, index) => (
            <tr key={index}>
              {inOrder(row, (cell, column) => (
                <td key={column} className={alignment(block.alignments[column])}>
                  <Inlines parts={cell} reader={reader} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Well>
  )
}

function alignment(value: Alignment | undefined): string | undefined {
  return value === 'right' || value === 'center' ? `at-${value}` : undefined
}

function classes(...names: (string | false | undefined)[]): string | undefined {
  return names.filter(Boolean).join(' ') || undefined
}
