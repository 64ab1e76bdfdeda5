// More of one installed model, asked for when it is opened.
import { useEffect, useState } from 'react'
import type { Answer } from '../../shared/failure.ts'
import { modelsPage } from '../../shared/messages/models-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ModelDetails as Details, InstalledModel } from '../../shared/model.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Well } from '../ui/well.tsx'

const words = modelsPage.details

export function ModelDetails(props: { bridge: Bridge; model: InstalledModel }) {
  const { bridge, model } = props
  const [answer, setAnswer] = useState<Answer<Details> | null>(null)
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted up to ask again
  useEffect(() => {
    const leaving = new AbortController()
    setAnswer(null)
    void bridge.call('models.show', { model: model.name }, leaving.signal).then((told) => {
      if (!leaving.signal.aborted) setAnswer(told)
    })
    return () => leaving.abort()
  }, [bridge, model.name, model.digest, tries])

  if (answer === null) {
    return (
      <p className="muted" role="status">
        {words.reading}
      </p>
    )
  }
  if (!answer.ok) {
    return (
      <FailureLine
        sentence={answer.failure.message}
        detail={answer.failure.detail}
        detailLabel={windowWords.details}
        urgent
      >
        <button type="button" className="button" onClick={() => setTries((before) => before + 1)}>
          {windowWords.tryAgain}
        </button>
      </FailureLine>
    )
  }
  const { family, numCtx, requires, parameters, template, license } = answer.value
  const rows: [string, string | null][] = [
    [words.rows.family, family],
    [words.rows.numCtx, numCtx === null ? null : words.tokens(numCtx)],
    [words.rows.requires, requires],
    [words.rows.digest, model.digest?.slice(0, 12) ?? null],
  ]
  const texts: [string, string | null][] = [
    [words.parameters, parameters],
    [words.template, template],
    [words.license, license],
  ]
  return (
    <div className="model-details">
      <dl>
        {rows.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="num">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {texts.map(([name, text]) =>
        text === null ? null : (
          <div key={name}>
            <h4>{name}</h4>
            <Well label={name} className="model-text">
              {text}
            </Well>
          </div>
        ),
      )}
    </div>
  )
}
