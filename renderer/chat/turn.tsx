// One turn of the transcript: the question in medium weight, what was done, the answer.
import { Fragment, lazy, memo, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { attachmentsOf } from '../../shared/attachment-kinds.ts'
import { window as words } from '../../shared/messages/window.ts'
import { questionTitle } from '../../shared/title.ts'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import type { MarkdownReader } from '../ui/markdown/markdown.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import { useActing } from './acting.ts'
import { Answer } from './answer.tsx'
import type { Live } from './chat-store.ts'
import { isSameTurn, type Said, type Turn } from './entries.ts'
import { foldsOf } from './folds.ts'
import { focusAct, HiddenMark, MessageActions } from './message-actions.tsx'

const Chips = lazy(async () => ({ default: (await import('./attachments/late.ts')).Chips }))
const TurnChanges = lazy(async () => ({ default: (await import('./seldom.ts')).TurnChanges }))
const EditForm = lazy(async () => ({ default: (await import('./seldom.ts')).EditForm }))
const SummaryFold = lazy(async () => ({ default: (await import('./seldom.ts')).SummaryFold }))
const ApprovalCard = lazy(async () => ({ default: (await import('./seldom.ts')).ApprovalCard }))

interface TurnProps {
  turn: Turn
  /** The run that answers this turn now. */
  live: Live | null
  reader: MarkdownReader
  /** Its answer has just failed. */
  isFresh: boolean
  onRetry: (() => void) | null
  /** Only a part of a long turn is drawn here: its beginning stands above, its end below. */
  isContinued?: boolean
  goesOn?: boolean
}

/** A turn that is not the live one is drawn once and never again. */
export const TurnView = memo(
  function TurnView({ turn, live, reader, isFresh, onRetry, isContinued = false, goesOn = false }: TurnProps) {
    const slots: (Said | null)[] = live && !live.answered ? [...turn.answers, null] : [...turn.answers]
    const { folds, unfold, pin } = useFolds(turn)
    const wanted = usePlaceOfTarget(turn)
    useEffect(() => {
      if (wanted >= 0) pin(wanted)
    }, [wanted, pin])
    const calling = live && live.end === null && !live.answered ? live.run : null
    const asked = live?.end === null ? live.run.approval : null
    const last = slots.at(-1)
    const isUnanswered = slots.length === 0 || last?.record.role === 'user'
    return (
      <article className={isContinued ? 'turn turn--continued' : 'turn'}>
        {turn.question && !isContinued && <Question said={turn.question} />}
        {inOrder(slots, (said, place) => {
          const isLast = place === slots.length - 1
          const fold = folds.find(({ from, to }) => place >= from && place < to)
          if (said?.record.role === 'user') {
            return (
              <Fragment key={place}>
                <Told turn={turn} place={place} />
                <Question said={said} isCorrection />
              </Fragment>
            )
          }
          return (
            // By place: the record takes over the elements of the live text.
            <Fragment key={place}>
              <Told turn={turn} place={place} />
              <Answer
                said={said}
                hasBefore={place > 0 || isContinued}
                calling={place === turn.answers.length - 1 ? calling : null}
                isFolded={fold !== undefined}
                fold={fold?.from === place && <Folded steps={fold.steps} onUnfold={() => unfold(place)} />}
                onOpened={() => pin(place)}
                live={isLast ? live : null}
                reader={reader}
                isFresh={isLast && isFresh}
                canRegenerate={isLast && turn.question !== null}
                skills={isLast ? turn.skills : null}
                onRetry={isLast ? onRetry : null}
              />
            </Fragment>
          )
        })}
        <Told turn={turn} place={slots.length} />
        {asked && (
          <Suspense>
            <ApprovalCard key={asked.id} approval={asked} />
          </Suspense>
        )}
        {turn.question && !goesOn && <Changes entryId={turn.question.record.id} />}
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
    one.isContinued === other.isContinued &&
    one.goesOn === other.goesOn &&
    (one.onRetry === null) === (other.onRetry === null),
)

/** Nothing of it is loaded before there is something to show. */
function Changes(props: { entryId: string }) {
  const { changes } = useActing().chat
  const hasSome = useStore(changes.store, ({ runs }) => runs.some(({ entryId }) => entryId === props.entryId))
  return (
    hasSome && (
      <Suspense fallback={null}>
        <TurnChanges entryId={props.entryId} />
      </Suspense>
    )
  )
}

/** Of the answer in which the entry is that is to be shown; -1 when it is elsewhere. */
function usePlaceOfTarget({ answers }: Turn): number {
  return useStore(useActing().chat.store, ({ target }) =>
    target === null
      ? -1
      : answers.findIndex(
          ({ record, results }) => record.id === target.entryId || results.some(({ id }) => id === target.entryId),
        ),
  )
}

/** Steps that were unfolded, or looked into, stay in sight as long as their turn is drawn. */
function useFolds({ answers }: Turn) {
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set())
  const folds = useMemo(() => foldsOf(answers, kept), [answers, kept])
  const keep = useCallback(
    (place: number) => setKept((before) => (before.has(place) ? before : new Set(before).add(place))),
    [],
  )
  return { folds, unfold: keep, pin: keep }
}

function Folded(props: { steps: number; onUnfold: () => void }) {
  return (
    <button
      type="button"
      className="step folded"
      onClick={(event) => {
        // This button goes; whoever pressed it goes on at the first of what it hid.
        const steps = event.currentTarget.nextElementSibling
        props.onUnfold()
        requestAnimationFrame(() => steps?.querySelector('button')?.focus({ preventScroll: true }))
      }}
    >
      <Icon name="more" />
      <span>{words.steps.earlier(props.steps)}</span>
    </button>
  )
}

/** What was told of the run before the answer at this place. */
function Told(props: { turn: Turn; place: number }) {
  const told = props.turn.notices.filter(({ place }) => place === props.place)
  return inOrder(told, (one, index) =>
    'summary' in one ? (
      <Suspense key={index} fallback={null}>
        <SummaryFold {...one.summary} />
      </Suspense>
    ) : (
      <p key={index} className="step told">
        <Icon name="told" />
        <span dir="auto">{one.message}</span>
      </p>
    ),
  )
}

function Question(props: { said: Said; isCorrection?: boolean }) {
  const { said } = props
  const acting = useActing()
  const { record } = said
  const header = useRef<HTMLElement>(null)
  const isEdited = useStore(acting.chat.store, ({ editing }) => editing?.entryId === record.id)
  const shown = <QuestionWords said={said} isCorrection={props.isCorrection === true} />
  return (
    <header ref={header} className={props.isCorrection ? 'ask ask--within' : 'ask'} data-message={record.id}>
      {props.isCorrection ? (
        <>
          <h3 className="sr">{words.correction(questionTitle(record.content, attachmentsOf(record)))}</h3>
          <p className="ask-kind">
            <Icon name="correct" small />
            {words.correctionMark}
          </p>
        </>
      ) : (
        <h2 className="sr">{words.question(questionTitle(record.content, attachmentsOf(record)))}</h2>
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

function QuestionWords(props: { said: Said; isCorrection: boolean }) {
  const { said } = props
  const { record } = said
  const acting = useActing()
  const attached = useMemo(() => attachmentsOf(record), [record])
  return (
    <>
      {/* Also without a word: a hit opens here. */}
      <div
        className={said.isHidden ? 'ask-words dimmed' : 'ask-words'}
        data-entry={record.id}
        data-part="content"
        dir="auto"
      >
        {record.content}
      </div>
      {attached.length > 0 && (
        <Suspense fallback={null}>
          <Chips attached={acting.chat.attached} list={attached} look="said" />
        </Suspense>
      )}
      <div className="meta">
        {record.ts !== null && (
          <time dateTime={record.ts} title={fullMoment(record.ts)}>
            {messageMoment(record.ts, new Date())}
          </time>
        )}
        {said.isHidden && <HiddenMark entryId={record.id} />}
        <span className="gap" />
        <MessageActions said={said} canRegenerate={false} isCorrection={props.isCorrection} />
      </div>
    </>
  )
}
