// One turn of the transcript: the question in medium weight, what was done, the answer.
import { memo } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { deriveTitle } from '../../shared/title.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { inOrder } from '../ui/in-order.ts'
import type { MarkdownReader } from '../ui/markdown/markdown.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import { Answer } from './answer.tsx'
import type { Live } from './chat-store.ts'
import { isSameTurn, type Turn } from './entries.ts'

interface TurnProps {
  turn: Turn
  /** The run that answers this turn now. */
  live: Live | null
  reader: MarkdownReader
  /** Its answer has just failed. */
  isFresh: boolean
  onRetry: (() => void) | null
}

/** A turn that is not the live one is drawn once and never again. */
export const TurnView = memo(
  function TurnView({ turn, live, reader, isFresh, onRetry }: TurnProps) {
    const slots: (MessageRecord | null)[] = live && !live.answered ? [...turn.answers, null] : [...turn.answers]
    return (
      <article className="turn">
        {turn.question && <Question record={turn.question} />}
        {inOrder(slots, (record, place) => {
          const isLast = place === slots.length - 1
          return (
            // By place: the record takes over the elements of the live text.
            <Answer
              key={place}
              record={record}
              live={isLast ? live : null}
              reader={reader}
              isFresh={isLast && isFresh}
              onRetry={isLast ? onRetry : null}
            />
          )
        })}
        {slots.length === 0 && onRetry && (
          <div className="meta">
            <span>{words.unanswered}</span>
            <button type="button" className="link-quiet" onClick={onRetry}>
              {words.retry}
            </button>
          </div>
        )}
      </article>
    )
  },
  (one, other) =>
    isSameTurn(one.turn, other.turn) &&
    one.live === other.live &&
    one.reader === other.reader &&
    one.isFresh === other.isFresh &&
    (one.onRetry === null) === (other.onRetry === null),
)

function Question(props: { record: MessageRecord }) {
  const { record } = props
  return (
    <header className="ask">
      <h2 className="sr">{words.question(deriveTitle(record.content))}</h2>
      <div className="ask-words" dir="auto">
        {record.content}
      </div>
      <div className="meta">
        {record.ts !== null && (
          <time dateTime={record.ts} title={fullMoment(record.ts)}>
            {messageMoment(record.ts, new Date())}
          </time>
        )}
        <span className="gap" />
        <CopyButton text={record.content} label={words.copyQuestion} done={words.copied} />
      </div>
    </header>
  )
}
