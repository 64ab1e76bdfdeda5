// The window new sessions have with a model: chosen by itself, or by the person.
import { useEffect, useId, useState } from 'react'
import type { ModelWindow as Window } from '../../shared/context-window.ts'
import type { Failure } from '../../shared/failure.ts'
import { windowSteps } from '../../shared/limits.ts'
import { contextWords } from '../../shared/messages/context.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Segmented } from '../ui/segmented.tsx'

const words = contextWords.window

export function ModelWindow(props: {
  bridge: Bridge
  model: string
  digest: string | null
  /** Tokens; null when the person has chosen none. */
  chosen: number | null
  isReadOnly: boolean
  /** Answers why it could not be kept. */
  choose: (tokens: number | null) => Promise<Failure | null>
}) {
  const { bridge, model, digest, chosen, isReadOnly } = props
  const noteId = useId()
  const [window, setWindow] = useState<Window | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was chosen for it changes the answer
  useEffect(() => {
    const leaving = new AbortController()
    void bridge.call('models.window', { model }, leaving.signal).then((answer) => {
      if (leaving.signal.aborted) return
      if (answer.ok) setWindow(answer.value)
      setFailure(answer.ok ? null : answer.failure)
    })
    return () => leaving.abort()
  }, [bridge, model, digest, chosen])
  const choose = async (value: string) => {
    const tokens = value === 'automatic' ? null : Number(value)
    const refused = await props.choose(tokens)
    setFailure(refused)
    if (refused === null) setSaid(words.chosen(model, tokens))
  }
  const offered = window && stepsFor(window, chosen)
  return (
    <div className="model-window">
      <h4>{words.heading}</h4>
      {window && offered ? (
        <>
          <fieldset disabled={isReadOnly}>
            <Segmented
              legend={words.heading}
              describedBy={noteId}
              value={chosen === null ? 'automatic' : String(chosen)}
              options={[
                { value: 'automatic', label: words.automatic },
                ...offered.map((tokens) => ({ value: String(tokens), label: words.step(tokens) })),
              ]}
              onChange={(value) => void choose(value)}
            />
          </fieldset>
          <p id={noteId} className="model-facts">
            {words.is(window)} {window.trained !== null && words.trained(window.trained)} {words.note}
          </p>
          {window.memoryBytes !== null && window.by === 'person' && window.tokens > window.automatic && (
            <p className="model-facts model-window-warning">{words.tooLarge}</p>
          )}
        </>
      ) : (
        failure === null && <p className="muted">{words.reading}</p>
      )}
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} />}
      <p className="sr" role="status">
        {said}
      </p>
    </div>
  )
}

/** Up to what it was trained for, with what was chosen in a file. */
function stepsFor({ trained, automatic }: Window, chosen: number | null): number[] {
  const most = Math.max(trained ?? 32_768, chosen ?? 0)
  const own = trained !== null && trained < windowSteps[0] ? [trained] : []
  const steps = [...own, ...windowSteps.filter((tokens) => tokens <= most), ...(chosen === null ? [] : [chosen])]
  return [...new Set(steps.length > 0 ? steps : [automatic])].sort((one, other) => one - other)
}
