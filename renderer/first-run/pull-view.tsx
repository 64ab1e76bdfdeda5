// A model on its way: how much has come, how fast, how long it takes, and what can be done about it.
import { suggestions } from '../../shared/first-model.ts'
import { firstRunWords } from '../../shared/messages/first-run.ts'
import { size } from '../../shared/messages/sizes.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ModelRoom } from '../../shared/model.ts'
import type { Pull, PullLayer } from '../../shared/pulls.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { Aside, type StepProps } from './aside.tsx'
import { useStepFocus } from './step-focus.ts'
import { VersionNote } from './version-note.tsx'

const words = firstRunWords.pull
/** More parts than these tell nobody anything. */
const partsShown = 6

export function PullView(props: StepProps & { pull: Pull; room: ModelRoom; onOther: () => void }) {
  const { bridge, pull, room, failure } = props
  const { id, model, state } = pull
  const first = useStepFocus<HTMLButtonElement>()
  const known = suggestions.find((one) => one.model === model)
  const total = pull.totalBytes > 0 ? pull.totalBytes : (known?.bytes ?? null)
  const goesOn = state === 'running' || state === 'waiting' || state === 'retrying'
  const change = async (channel: 'pulls.pause' | 'pulls.resume' | 'pulls.cancel') => {
    props.setFailure(null)
    const answer = await bridge.call(channel, { id })
    if (!answer.ok) props.setFailure(answer.failure)
  }
  const trouble = failure ?? pull.failure
  return (
    <>
      <h1>{words.title[state](model)}</h1>
      <p className="say">{words.say(known ? firstRunWords.model.about[known.model] : null, total, room.freeBytes)}</p>
      <Progress pull={pull} />
      {trouble && (
        <FailureLine tone="wait" sentence={trouble.message} detail={trouble.detail} detailLabel={windowWords.details} />
      )}
      <div className="acts">
        {state !== 'done' && (
          <button
            type="button"
            ref={first}
            className="button"
            onClick={() => void change(goesOn ? 'pulls.pause' : 'pulls.resume')}
          >
            <Icon name={goesOn ? 'waiting' : 'again'} />
            {goesOn ? words.pause : state === 'failed' ? words.again : words.resume}
          </button>
        )}
        <button type="button" className="button button--plain" onClick={() => void change('pulls.cancel')}>
          {words.cancel}
        </button>
        <button type="button" className="button button--plain end hang" onClick={props.onOther}>
          {words.other}
        </button>
      </div>
      <p className="note">{words.kept}</p>
      <VersionNote host={props.host} />
      <Aside {...props} tour={firstRunWords.tourMeanwhile} />
      <p className="sr" role="status">
        {words.title[state](model)}
      </p>
    </>
  )
}

function Progress({ pull }: { pull: Pull }) {
  const { model, state, step, doneBytes, totalBytes, bytesPerSecond, secondsLeft, layers } = pull
  const isKnown = totalBytes > 0
  const percent = isKnown ? Math.min(100, (100 * doneBytes) / totalBytes) : 0
  const largest = layers.reduce<PullLayer | null>((most, one) => (most && most.total >= one.total ? most : one), null)
  return (
    <div className="pull">
      <div className="pull-line">
        <b>{isKnown ? words.of(doneBytes, totalBytes) : words.unknown}</b>
        {bytesPerSecond !== null && <span className="muted">{words.rate(bytesPerSecond)}</span>}
        <span className="muted end">
          {secondsLeft !== null && step === 'download' ? words.left(secondsLeft) : step && words.steps[step]}
        </span>
      </div>
      <div
        className="progress"
        role="progressbar"
        aria-label={words.progress(model)}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(isKnown && { 'aria-valuenow': Math.floor(percent) })}
      >
        <span style={{ inlineSize: `${percent}%` }} />
      </div>
      {layers.length > 0 && (
        <ul className="layers" aria-label={words.layers}>
          {layers.slice(0, partsShown).map((layer) => (
            <li key={layer.digest}>
              {layer.state === 'done' ? (
                <Icon name="check" />
              ) : layer.state === 'running' && state === 'running' ? (
                <Icon name="running" turning />
              ) : (
                <span />
              )}
              <span>{layer === largest ? words.weights : words.part}</span>
              <span className="faint cut">
                {layer.state === 'done'
                  ? words.checked
                  : layer.state === 'waiting'
                    ? words.next
                    : layer.digest.replace('sha256:', '').slice(0, 12)}
              </span>
              <span>{layer.state === 'running' ? words.of(layer.done, layer.total) : size(layer.total)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
