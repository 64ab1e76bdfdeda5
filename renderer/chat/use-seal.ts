// The seal of commands as the window knows it: asked for once, tried at a person's wish, and told when others have tried it.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { Seal } from '../../shared/seal.ts'
import type { Bridge } from '../app/bridge.ts'

export interface KnownSeal {
  /** null until it is known. */
  seal: Seal | null
  isTrying: boolean
  /** Why it could not be asked for. */
  failure: Failure | null
  /** Tries every guard now. Answers what came of it; null when nothing did. */
  prove(): Promise<Seal | null>
}

export function useSeal(bridge: Bridge): KnownSeal {
  const [seal, setSeal] = useState<Seal | null>(null)
  const [isTrying, setTrying] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const isHere = useRef(true)

  const prove = useCallback(async () => {
    setTrying(true)
    setFailure(null)
    const answer = await bridge.call('sandbox.prove', {})
    if (!isHere.current) return null
    setTrying(false)
    if (answer.ok) setSeal(answer.value)
    else setFailure(answer.failure)
    return answer.ok ? answer.value : null
  }, [bridge])

  useEffect(() => {
    isHere.current = true
    const stop = bridge.on('seal.changed', setSeal)
    void bridge.call('sandbox.seal', {}).then((answer) => {
      if (!isHere.current) return
      if (!answer.ok) return setFailure(answer.failure)
      // What was pushed meanwhile is newer.
      setSeal((known) => known ?? answer.value)
      // Whoever asks for the first time sets the trial off; this waits for the end of the same one.
      if (answer.value.state === 'unproven') void prove()
    })
    return () => {
      isHere.current = false
      stop()
    }
  }, [bridge, prove])

  return { seal, isTrying, failure, prove }
}
