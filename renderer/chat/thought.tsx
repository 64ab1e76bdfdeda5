// The thinking before an answer, folded into one line of the ledger.
import { memo, useId, useLayoutEffect, useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'

/** `took` only when it was really measured. */
export function Thought(props: {
  text: string
  isGoingOn: boolean
  took: string | null
  /** Words in it are looked for. */
  isWanted: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  useLayoutEffect(() => {
    if (props.isWanted) setOpen(true)
  }, [props.isWanted])
  const contentId = useId()
  return (
    <>
      <button
        type="button"
        className={isOpen ? 'step step--open' : 'step'}
        aria-expanded={isOpen}
        aria-controls={contentId}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={props.isGoingOn ? 'running' : 'thought'} turning={props.isGoingOn} />
        <span>{props.isGoingOn ? words.thought.goingOn : words.thought.done}</span>
        <Icon name={isOpen ? 'down' : 'right'} small className="fold" />
        <span className="outcome" />
        {props.took !== null && <span className="took num">{props.took}</span>}
      </button>
      <div id={contentId} className="opened" hidden={!isOpen}>
        {isOpen && <ThoughtText text={props.text} />}
      </div>
    </>
  )
}

/** In paragraphs, so that only the last one is laid out again while it grows. */
export function ThoughtText(props: { text: string }) {
  const paragraphs = props.text.trim().split(/\n{2,}/)
  return inOrder(paragraphs, (paragraph, index) => <Paragraph key={index} text={paragraph} />)
}

const Paragraph = memo(function Paragraph(props: { text: string }) {
  return <p dir="auto">{props.text}</p>
})
