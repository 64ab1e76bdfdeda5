// One model on its way: how far it is, what is in its way, and what can be done about it.
import { modelsPage } from '../../shared/messages/models-window.ts'
import { amount, percent, stepWords } from '../../shared/messages/pull-progress.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Pull } from '../../shared/pulls.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import type { Pulls } from './use-pulls.ts'

const words = modelsPage.pulls

export function PullRow(props: { pull: Pull; act: Pulls['act']; isReadOnly: boolean }) {
  const { pull, act, isReadOnly } = props
  const { id, model, state, failure } = pull
  const isUnderWay = state === 'running' || state === 'waiting' || state === 'retrying'
  const resume = { retrying: words.retryNow, paused: words.resume, failed: words.retry }[state as string]
  const done = percent(pull)
  const button = (label: string, run: () => void) => (
    <button
      type="button"
      className="button button--plain"
      aria-label={words.named(label, model)}
      aria-disabled={isReadOnly}
      onClick={() => !isReadOnly && run()}
    >
      {label}
    </button>
  )
  return (
    <li className="pull" data-state={state}>
      <div className="pull-head">
        <span className="pull-name">{model}</span>
        <span className="num pull-amount">{amount(pull)}</span>
        {/* For those who listen: the end, which may come long after they have asked. */}
        <span className="sr" role="status">
          {state === 'done' ? words.said.done(model) : state === 'failed' ? words.said.failed(model) : ''}
        </span>
      </div>
      {state !== 'done' && (
        <div
          className="pull-track"
          role="progressbar"
          aria-label={words.progress(model)}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(pull.totalBytes > 0 ? { 'aria-valuenow': done, 'aria-valuetext': `${done}%` } : {})}
        >
          <span style={{ inlineSize: `${done}%` }} />
        </div>
      )}
      <div className="pull-foot">
        <span className="num pull-step">{state === 'running' ? stepWords(pull) : words.states[state]}</span>
        <span className="pull-acts">
          {resume !== undefined && button(resume, () => act('resume', id))}
          {isUnderWay && button(words.pause, () => act('pause', id))}
          {button(words.cancel, () => act('cancel', id))}
        </span>
      </div>
      {failure && (
        <FailureLine
          tone={state === 'failed' ? 'fault' : 'wait'}
          sentence={failure.message}
          detail={failure.detail}
          detailLabel={windowWords.details}
        />
      )}
    </li>
  )
}
