// What a test has found of one model: a row for each part with its reason, and the test itself.
import { selfTestWords as words } from '../../shared/messages/self-test.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { PartResult } from '../../shared/self-test.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import { useSelfTests, useTestRun } from './use-self-tests.ts'
import './self-test.css'

export interface SelfTestBadgesProps {
  bridge: Bridge
  model: string
  /** null when the server does not say, or the model is not installed: then nothing can be kept, and nothing is offered. */
  digest: string | null
  isReadOnly: boolean
}

export function SelfTestBadges({ bridge, model, digest, isReadOnly }: SelfTestBadgesProps) {
  const known = useSelfTests(bridge).get(digest ?? '')
  const { progress, failure, begin, stop } = useTestRun(bridge, model)
  if (digest === null) return null
  const parts = progress?.done ?? known?.parts ?? []
  return (
    <div className="self-test" aria-busy={progress !== null}>
      {parts.length > 0 && <Parts model={model} parts={parts} />}
      {/* It stands there before it says anything, so that what it says is heard. */}
      <p className="note" role="status">
        {progress && (
          <>
            <Icon name="running" turning small />{' '}
            {words.busyPhases[progress.phase === 'ended' ? 'asking' : progress.phase]}{' '}
          </>
        )}
        {!progress && known && (
          <time dateTime={known.testedAt} title={fullMoment(known.testedAt)}>
            {words.testedAt(messageMoment(known.testedAt, new Date()))}{' '}
          </time>
        )}
        {!progress && !known && `${words.untested}. ${words.note} `}
      </p>
      {/* One button, so that it keeps the focus. */}
      {!isReadOnly && (
        <button type="button" className="link" onClick={progress ? stop : begin}>
          {progress ? words.stop : known ? words.again : words.test}
        </button>
      )}
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
    </div>
  )
}

function Parts(props: { model: string; parts: readonly PartResult[] }) {
  return (
    <ul className="self-test-parts" aria-label={words.badges(props.model)}>
      {props.parts.map(({ part, outcome, reason, asked, came }) => (
        <li key={part} data-outcome={outcome}>
          <Icon name={icons[outcome]} small />
          <details>
            <summary>
              {words.parts[part]}
              <span className="sr">{words.outcomeSaid(outcome)}</span>
            </summary>
            <p>{reason}</p>
            {asked !== '' && (
              <dl>
                <dt>{words.asked}</dt>
                <dd>{asked}</dd>
                <dt>{words.came}</dt>
                <dd>{came === '' ? words.nothing : came}</dd>
              </dl>
            )}
          </details>
        </li>
      ))}
    </ul>
  )
}

const icons = { ok: 'check', failed: 'warn', 'not-claimed': 'barred' } as const
