// What can be done beside getting a model.
import type { Failure } from '../../shared/failure.ts'
import { firstRunWords } from '../../shared/messages/first-run.ts'
import type { FirstRunProps } from './first-run.tsx'
import { TourButton } from './tour-button.tsx'

export interface StepProps extends FirstRunProps {
  failure: Failure | null
  setFailure: (failure: Failure | null) => void
}

/** What needs no model. */
export function Aside(props: Pick<StepProps, 'bridge' | 'onTour' | 'onGoOn' | 'setFailure'> & { tour: string }) {
  return (
    <div className="acts acts--aside">
      <TourButton
        bridge={props.bridge}
        className="button button--plain"
        label={props.tour}
        onTour={props.onTour}
        fail={props.setFailure}
      />
      <button type="button" className="button button--plain" onClick={props.onGoOn}>
        {firstRunWords.goOn}
      </button>
    </div>
  )
}
