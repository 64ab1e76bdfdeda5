// What tests have found of models, and the one that goes on.
import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { SelfTest, TestProgress } from '../../shared/self-test.ts'
import type { Bridge } from '../app/bridge.ts'

/** By digest; empty until they are known. */
export function useSelfTests(bridge: Bridge): ReadonlyMap<string, SelfTest> {
  const [tests, setTests] = useState<ReadonlyMap<string, SelfTest>>(new Map())
  useEffect(() => {
    let isWanted = true
    void bridge.call('models.tests', {}).then((answer) => {
      if (!isWanted || !answer.ok) return
      const read = answer.value.tests.map(({ digest, test }) => [digest, test] as const)
      // What was told meanwhile is newer.
      setTests((told) => new Map<string, SelfTest>([...read, ...told]))
    })
    const stop = bridge.on('models.tested', ({ digest, test }) => {
      if (digest !== null) setTests((before) => new Map(before).set(digest, test))
    })
    return () => {
      isWanted = false
      stop()
    }
  }, [bridge])
  return tests
}

/** The test of one model, which this window can begin and stop. */
export function useTestRun(bridge: Bridge, model: string) {
  const [progress, setProgress] = useState<TestProgress | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => {
    setFailure(null)
    setProgress(null)
    return bridge.on('models.testing', (told) => {
      if (told.model === model) setProgress(told.phase === 'ended' ? null : told)
    })
  }, [bridge, model])
  const begin = async () => {
    if (stop.current) return
    const mine = new AbortController()
    stop.current = mine
    setFailure(null)
    setProgress({ model, phase: 'waiting', done: [] })
    const answer = await bridge.call('models.test', { model }, mine.signal)
    if (stop.current === mine) stop.current = null
    setProgress((now) => (now?.model === model ? null : now))
    if (!answer.ok && answer.failure.code !== 'cancelled') setFailure(answer.failure)
  }
  return { progress, failure, begin: () => void begin(), stop: () => stop.current?.abort() }
}
