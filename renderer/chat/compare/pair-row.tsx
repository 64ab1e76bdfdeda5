// One question of a session and its replay, and beneath it what both have answered, called and needed for it.
import { memo, useEffect, useId } from 'react'
import { callWords } from '../../../shared/messages/calls.ts'
import { compareReplayWords as words } from '../../../shared/messages/compare-replay.ts'
import { window as windowWords } from '../../../shared/messages/window.ts'
import type { ComparedCall, PairSide, ReplayPair } from '../../../shared/replay.ts'
import { FailureLine } from '../../ui/failure-line.tsx'
import { Icon } from '../../ui/icon.tsx'
import { inOrder } from '../../ui/in-order.ts'
import { Markdown, type MarkdownReader } from '../../ui/markdown/markdown.tsx'
import { wholeNumber } from '../../ui/moments.ts'
import { factsLine, rateOf } from './facts-line.ts'

export const PairRow = memo(function PairRow(props: {
  place: number
  /** null until it is read. */
  pair: ReplayPair | null
  /** One has come here, from difference to difference. */
  isHere: boolean
  isGoingOn: boolean
  want: (place: number) => void
  reader: MarkdownReader
}) {
  const { place, pair, want, reader } = props
  const titleId = useId()
  useEffect(() => want(place), [want, place])
  return (
    <article className="pair" aria-labelledby={titleId} data-here={props.isHere ? true : undefined}>
      <h3 id={titleId} className="pair-question">
        <span className="sr">{words.question(place + 1)}</span>
        <span className="num pair-place" aria-hidden="true">
          {place + 1}
        </span>
        <span className="pair-words" dir="auto">
          {pair ? pair.question.slice(0, 1_000) : words.readingPair}
        </span>
      </h3>
      {pair && (
        <div className="pair-sides">
          <Side label={words.original} side={pair.original} none={words.notOriginal} reader={reader} />
          <Side
            label={words.replay}
            side={pair.replay}
            none={props.isGoingOn ? words.notYet : words.notReplay}
            reader={reader}
          />
        </div>
      )}
    </article>
  )
})

function Side(props: { label: string; side: PairSide | null; none: string; reader: MarkdownReader }) {
  const { side } = props
  if (!side) {
    return (
      <div className="pair-side">
        <p className="compare-quiet">{props.none}</p>
      </div>
    )
  }
  const { tokens, ms, outputMs, calls, text, leftOut, error } = side
  const facts = factsLine({ at: null, tokens, ms, rate: rateOf(tokens, outputMs) })
  return (
    <div className="pair-side">
      <h4 className="cut">
        <span className="sr">{props.label}</span>
        {side.model ?? words.unknownModel}
      </h4>
      <p className="compare-facts num">{facts.join(windowWords.between)}</p>
      {calls.length > 0 && (
        <ul className="pair-calls" aria-label={words.calls}>
          {inOrder(calls, (call, index) => (
            <Call key={index} call={call} />
          ))}
        </ul>
      )}
      {text !== '' && <Markdown text={text} finished reader={props.reader} />}
      {leftOut > 0 && <p className="compare-quiet">{words.leftOut(wholeNumber(leftOut))}</p>}
      {error !== null && <FailureLine sentence={error} detailLabel={windowWords.details} />}
      {text === '' && error === null && <p className="compare-quiet">{words.nothing}</p>}
    </div>
  )
}

function Call({ call: { name, object, mark } }: { call: ComparedCall }) {
  const verb = callWords.verb(name, { state: mark === 'not-in-log' ? 'failed' : 'done', detail: null })
  return (
    <li data-mark={mark}>
      <Icon name={mark === 'same' ? 'tool' : 'warn'} small />
      <span className="cut">
        {verb} <code>{object || name || callWords.noName}</code>
      </span>
      {mark !== 'same' && <span className="pair-mark">{words.marks[mark]}</span>}
    </li>
  )
}
