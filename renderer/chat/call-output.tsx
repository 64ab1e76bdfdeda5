// What a tool answered: what the model was shown of it, and all of it at a person's wish, piece by piece.
import { useRef, useState } from 'react'
import { wholeOf } from '../../shared/call-facts.ts'
import type { Failure } from '../../shared/failure.ts'
import { callWords } from '../../shared/messages/calls.ts'
import { size } from '../../shared/messages/sizes.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { inOrder } from '../ui/in-order.ts'
import { Well } from '../ui/well.tsx'
import { useActing } from './acting.ts'

interface Loaded {
  pieces: readonly string[]
  next: number | null
  characters: number
}

export function CallOutput(props: { result: MessageRecord }) {
  const { result } = props
  const { chat } = useActing()
  const whole = wholeOf(result)
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [isLoading, setLoading] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const text = useRef<HTMLElement>(null)
  const pieces = loaded?.pieces ?? [result.content]
  const shown = loaded ? pieces.reduce((all, piece) => all + piece.length, 0) : 0
  const isAll = whole === null || loaded?.next === null

  const load = async () => {
    if (isLoading) return
    setLoading(true)
    const answer = await chat.output(result.id, loaded?.next ?? 0)
    setLoading(false)
    setFailure(answer.ok ? null : answer.failure)
    if (!answer.ok) return
    const { text: piece, next, characters } = answer.value
    setLoaded({ pieces: [...(loaded?.pieces ?? []), piece], next, characters })
    // The button goes with the last piece; whoever has pressed it by key stands at the text then.
    if (next === null) text.current?.querySelector<HTMLElement>('.output')?.focus({ preventScroll: true })
  }

  if (result.content === '' && whole === null) return <p className="said">{callWords.emptyOutput}</p>
  return (
    <figure ref={text} className="code">
      <figcaption>
        <span>{isAll || loaded ? callWords.output : callWords.outputPart}</span>
        <span className="end" />
        <CopyButton text={pieces.join('')} label={callWords.copyOutput} done={words.copied} />
      </figcaption>
      <Well label={callWords.output} className="code-well output">
        <pre>
          {inOrder(pieces, (piece, place) => (
            <ExactText key={place} text={piece} />
          ))}
        </pre>
      </Well>
      {failure && (
        <div className="output-failure">
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />
        </div>
      )}
      {!isAll && !failure && (
        <button type="button" className="link more-output" aria-disabled={isLoading} onClick={() => void load()}>
          {isLoading
            ? callWords.loading
            : loaded
              ? callWords.showMore(shown, loaded.characters)
              : callWords.showAll(size(whole.bytes))}
        </button>
      )}
    </figure>
  )
}
