// The first moments of the window: asks the main process for its state, then opens the house.
import { useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { window as words } from '../../shared/messages/window.ts'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { App } from './app.tsx'
import { applyAppearance } from './appearance.ts'
import type { Bridge } from './bridge.ts'
import { createHouse, type House } from './house.ts'
import './frame.css'

/** Asked once a window, also when React mounts twice. In one go with the question: no push may come in between. */
export async function openHouse(bridge: Bridge, state = bridge.call('app.state', {})): Promise<House | Failure> {
  const answer = await state
  if (!answer.ok) return answer.failure
  applyAppearance(answer.value.settings)
  return createHouse(bridge, answer.value)
}

export function Start({ bridge, first }: { bridge: Bridge; first: Promise<House | Failure> }) {
  const [attempt, setAttempt] = useState(first)
  const [opened, setOpened] = useState<House | Failure | null>(null)
  useEffect(() => {
    let isCurrent = true
    void attempt.then((result) => isCurrent && setOpened(result))
    return () => {
      isCurrent = false
    }
  }, [attempt])

  if (opened === null) return <main className="alone" aria-busy="true" />
  if ('bridge' in opened) {
    return (
      <ErrorBoundary sentence={words.broken} again={words.tryAgain}>
        <App house={opened} />
      </ErrorBoundary>
    )
  }
  return (
    <main className="alone">
      <h1>{words.appName}</h1>
      <FailureLine sentence={opened.message} detail={opened.detail} detailLabel={words.details} urgent>
        <button type="button" className="button" onClick={() => setAttempt(openHouse(bridge))}>
          {words.tryAgain}
        </button>
      </FailureLine>
    </main>
  )
}

/** The page was opened without Carrel around it. */
export function NoBridge() {
  return (
    <main className="alone">
      <h1>{words.appName}</h1>
      <p>{words.noBridge}</p>
    </main>
  )
}
