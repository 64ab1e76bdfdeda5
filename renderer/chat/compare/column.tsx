// One of the versions that are compared: who wrote it, how long it took, and what it says; its steps are folded.
import { Suspense, startTransition, useEffect, useId, useState } from 'react'
import type { Failure } from '../../../shared/failure.ts'
import { compareWords as words } from '../../../shared/messages/compare.ts'
import { window as windowWords } from '../../../shared/messages/window.ts'
import { FailureLine } from '../../ui/failure-line.tsx'
import { Icon } from '../../ui/icon.tsx'
import { inOrder } from '../../ui/in-order.ts'
import type { MarkdownReader } from '../../ui/markdown/markdown.tsx'
import { useActing } from '../acting.ts'
import { Answer } from '../answer.tsx'
import type { Said, Turn } from '../entries.ts'
import { callCount } from '../folds.ts'
import { factsLine } from './facts-line.ts'
import { factsOf, readVersion, type ShownTurn } from './versions.ts'

export interface ColumnProps {
  label: string
  /** A version of another branch, which is read for this; null for the one that is shown. */
  entryId: string | null
  shown: ShownTurn | null
  /** Of all versions, from 1; null for one that is only coming. */
  place: number | null
  count: number
  /** The way to the other versions; null where there is none. */
  before: (() => void) | null
  after: (() => void) | null
  reader: MarkdownReader
  /** Why none can be kept now. */
  notNow: string | undefined
  onKeep: () => void
}

export function Column(props: ColumnProps) {
  const { entryId, shown } = props
  const read = useRead(entryId)
  const turn = shown ? shown.turn : read.turn
  const live = shown?.live ?? null
  const isWriting = live !== null && live.end === null
  const titleId = useId()
  const facts = turn && turn.answers.length > 0 ? factsOf(turn) : null
  const model = (isWriting ? live.run.model : facts?.model) ?? ''
  const { chat } = useActing()
  return (
    <div className="compare-column">
      <div className="compare-head">
        <h3 id={titleId} className="cut">
          <span className="sr">{props.label}</span>
          {model || (props.place === null ? words.coming : words.version(props.place))}
        </h3>
        {props.place !== null && props.count > 2 && (
          <span className="versions">
            <Step icon="left" label={words.previous} onStep={props.before} />
            <span className="num">{words.place(props.place, props.count)}</span>
            <Step icon="right" label={words.next} onStep={props.after} />
          </span>
        )}
        {isWriting ? (
          <button type="button" className="button" onClick={() => chat.stop()}>
            {words.stop}
          </button>
        ) : (
          <button
            type="button"
            className="button"
            aria-disabled={props.notNow !== undefined}
            title={props.notNow ?? (entryId === null ? words.isShown : undefined)}
            aria-description={props.notNow}
            onClick={() => props.notNow === undefined && props.onKeep()}
          >
            {words.keep}
          </button>
        )}
        <p className="compare-facts num">
          {(isWriting ? [words.writing] : facts ? factsLine(facts) : []).join(windowWords.between)}
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="compare-words scroll" aria-labelledby={titleId} aria-busy={isWriting} tabIndex={0}>
        {read.failure && (
          <FailureLine sentence={read.failure.message} detail={read.failure.detail} detailLabel={windowWords.details} />
        )}
        {!turn && !read.failure && !isWriting && <p className="compare-quiet">{words.reading}</p>}
        {turn && turn.answers.length === 0 && live === null && <p className="compare-quiet">{words.nothing}</p>}
        {(turn || live) && <Words turn={turn} live={live} reader={props.reader} />}
      </section>
    </div>
  )
}

function Words({ turn, live, reader }: { turn: Turn | null; live: ShownTurn['live']; reader: MarkdownReader }) {
  const [isOpen, setOpen] = useState(false)
  const answers = (turn?.answers ?? []).filter(({ record }) => record.role === 'assistant')
  const slots: (Said | null)[] = live && !live.answered ? [...answers, null] : answers
  const calls = answers.reduce((sum, said) => sum + callCount(said), 0)
  return (
    <>
      {calls > 0 && (
        <button type="button" className="step" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name="tool" />
          <span>{words.calls(calls)}</span>
          <Icon name={isOpen ? 'down' : 'right'} small className="fold" />
        </button>
      )}
      <Suspense>
        {inOrder(slots, (said, index) => (
          <Answer
            key={index}
            said={said && { ...said, versions: null }}
            live={index === slots.length - 1 ? live : null}
            reader={reader}
            canRegenerate={false}
            skills={null}
            isFresh={false}
            onRetry={null}
            hasBefore={index > 0}
            calling={null}
            isFolded={!isOpen}
            fold={null}
            onOpened={() => undefined}
          />
        ))}
      </Suspense>
    </>
  )
}

function Step(props: { icon: 'left' | 'right'; label: string; onStep: (() => void) | null }) {
  return (
    <button
      type="button"
      className="icon-button icon-button--s"
      aria-label={props.label}
      title={props.label}
      aria-disabled={props.onStep === null}
      onClick={() => props.onStep?.()}
    >
      <Icon name={props.icon} small />
    </button>
  )
}

/** Drawn when there is time for it: a long answer must not keep a key that is pressed meanwhile waiting. */
function useRead(entryId: string | null): { turn: Turn | null; failure: Failure | null } {
  const { chat } = useActing()
  const [read, setRead] = useState<{ id: string; turn: Turn | null; failure: Failure | null } | null>(null)
  useEffect(() => {
    if (entryId === null) return
    let isWanted = true
    void readVersion(chat, entryId).then((found) => {
      if (!isWanted) return
      startTransition(() => setRead({ id: entryId, turn: null, failure: null, ...found }))
    })
    return () => {
      isWanted = false
    }
  }, [chat, entryId])
  return read?.id === entryId ? read : { turn: null, failure: null }
}
