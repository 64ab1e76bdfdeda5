// Begins the tour, which needs neither a server nor a model.
import { useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { Bridge } from '../app/bridge.ts'

/** `fail` hears why it could not begin. */
export function TourButton(props: {
  bridge: Bridge
  className: string
  label: string
  /** What it begins, where the label does not say so. */
  description?: string
  onTour: (sessionId: string) => void
  fail: (failure: Failure | null) => void
}) {
  const [isBeginning, setBeginning] = useState(false)
  const begin = async () => {
    if (isBeginning) return
    setBeginning(true)
    props.fail(null)
    const answer = await props.bridge.call('tour.begin', {})
    setBeginning(false)
    if (answer.ok) props.onTour(answer.value.sessionId)
    else props.fail(answer.failure)
  }
  return (
    <button
      type="button"
      className={props.className}
      aria-disabled={isBeginning}
      aria-label={props.description}
      onClick={() => void begin()}
    >
      {props.label}
    </button>
  )
}
