// A summary that models are shown in the place of what was said before it, folded into one line; the rest of the transcript stays.
import { useId, useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import type { SummaryFacts } from './entries.ts'
import { ThoughtText } from './thought.tsx'

export function SummaryFold({ text, messages, leftOut }: SummaryFacts) {
  const [isOpen, setOpen] = useState(false)
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
        <Icon name="told" />
        <span>{words.summary(messages, leftOut)}</span>
        <Icon name={isOpen ? 'down' : 'right'} small className="fold" />
        <span className="outcome" />
      </button>
      <div id={contentId} className="opened" hidden={!isOpen}>
        {isOpen && <ThoughtText text={text} />}
      </div>
    </>
  )
}
