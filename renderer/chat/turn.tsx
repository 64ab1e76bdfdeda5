// One turn of the transcript: the question in medium weight, what was done, the answer.
import { lazy, memo, Suspense, useRef } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { deriveTitle } from '../../shared/title.ts'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import type { MarkdownReader } from '../ui/markdown/markdown.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import { useActing } from './acting.ts'
import { Answer } from './answer.tsx'
import type { Live } from './chat-store.ts'
import { isSameTurn, type Said, type Turn } from './entries.ts'
import { focusAct, HiddenMark, MessageActions } from './message-actions.tsx'

const EditForm = lazy(async () => ({ default: (await import('./seldom.ts')).EditForm }))

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
    const slots: (Said | null)[] = live && !live.answered ? [...turn.answers, null] : [...turn.answers]
    const last = slots.at(-1)
    const isUnanswered = slots.length === 0 || last?.record.role === 'user'
    return (
      <article className="turn">
        {turn.question && <Question said={turn.question} />}
        {inOrder(slots, (said, place) => {
          const isLast = place === slots.length - 1
          if (said?.record.role === 'user') return <Question key={place} said={said} isCorrection />
          return (
            // By place: the record takes over the elements of the live text.
            <Answer
              key={place}
              said={said}
              live={isLast ? live : null}
              reader={reader}
              isFresh={isLast && isFresh}
              canRegenerate={isLast && turn.question !== null}
              onRetry={isLast ? onRetry : null}
            />
          )
        })}
        {isUnanswered && onRetry && (
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

function Question(props: { said: Said; isCorrection?: boolean }) {
  const { said } = props
  const acting = useActing()
  const { record } = said
  const header = useRef<HTMLElement>(null)
  const isEdited = useStore(acting.chat.store, ({ editing }) => editing?.entryId === record.id)
  const shown = <QuestionWords said={said} />
  return (
    <header ref={header} className={props.isCorrection ? 'ask ask--within' : 'ask'} data-message={record.id}>
      {props.isCorrection ? (
        <>
          <h3 className="sr">{words.correction(deriveTitle(record.content))}</h3>
          <p className="ask-kind">
            <Icon name="correct" small />
            {words.correctionMark}
          </p>
        </>
      ) : (
        <h2 className="sr">{words.question(deriveTitle(record.content))}</h2>
      )}
      {isEdited && acting.may === 'all' ? (
        <Suspense fallback={shown}>
          <EditForm
            key={record.id}
            record={record}
            acting={acting}
            // The button is there again when this has been drawn.
            onCancelled={() => requestAnimationFrame(() => focusAct(header.current, 'edit'))}
          />
        </Suspense>
      ) : (
        shown
      )}
    </header>
  )
}

function QuestionWords(props: { said: Said }) {
  const { said } = props
  const { record } = said
  return (
    <>
      <div className={said.isHidden ? 'ask-words dimmed' : 'ask-words'} dir="auto">
        {record.content}
      </div>
      <div className="meta">
        {record.ts !== null && (
          <time dateTime={record.ts} title={fullMoment(record.ts)}>
            {messageMoment(record.ts, new Date())}
          </time>
        )}
        {said.isHidden && <HiddenMark entryId={record.id} />}
        <span className="gap" />
        <MessageActions said={said} canRegenerate={false} />
      </div>
    </>
  )
}
