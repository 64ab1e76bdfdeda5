// The parts of one line of Markdown: words, links that ask before anything opens, and images as their address.
import type { MouseEvent, ReactNode } from 'react'
import { inOrder } from '../in-order.ts'
import type { Inline } from './document.ts'
import type { MarkdownReader } from './markdown.tsx'

/** A long text is cut into pieces of this length, so that only the last text node changes while it grows. */
const pieceLength = 2_000

export function Inlines(props: { parts: readonly Inline[]; reader: MarkdownReader }) {
  return inOrder(props.parts, (part, index) => <Part key={index} part={part} reader={props.reader} />)
}

function Part(props: { part: Inline; reader: MarkdownReader }): ReactNode {
  const { part, reader } = props
  switch (part.kind) {
    case 'text':
      return part.text.length > pieceLength ? pieces(part.text) : part.text
    case 'strong':
      return (
        <strong>
          <Inlines parts={part.children} reader={reader} />
        </strong>
      )
    case 'emphasis':
      return (
        <em>
          <Inlines parts={part.children} reader={reader} />
        </em>
      )
    case 'deleted':
      return (
        <del>
          <Inlines parts={part.children} reader={reader} />
        </del>
      )
    case 'code':
      return <code>{part.text}</code>
    case 'break':
      return <br />
    case 'link':
      return <Link href={part.href} parts={part.children} reader={reader} />
    case 'image':
      return <Picture part={part} reader={reader} />
    default:
      return part satisfies never
  }
}

function pieces(text: string): string[] {
  const cut: string[] = []
  for (let from = 0; from < text.length; from += pieceLength) cut.push(text.slice(from, from + pieceLength))
  return cut
}

/** The full address, or null when it is not one a person may be sent to. */
function safeAddress(href: string): string | null {
  try {
    const url = new URL(href)
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

function Link(props: { href: string; parts: readonly Inline[]; reader: MarkdownReader }) {
  const address = safeAddress(props.href)
  if (address === null) return <Inlines parts={props.parts} reader={props.reader} />
  const open = (event: MouseEvent) => {
    event.preventDefault()
    if (event.button <= 1) props.reader.openLink(address)
  }
  return (
    <a href={address} title={address} rel="noreferrer" draggable={false} onClick={open} onAuxClick={open}>
      <Inlines parts={props.parts} reader={props.reader} />
    </a>
  )
}

/** Nothing is fetched for an answer: the reader sees what the picture was to show and where it lies. */
function Picture(props: { part: { href: string; alternative: string }; reader: MarkdownReader }) {
  return (
    <span className="picture">
      {props.reader.words.image(props.part.alternative)} <span className="path">{props.part.href}</span>
    </span>
  )
}
