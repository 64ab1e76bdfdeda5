// Supervision: restart types, intensity and backoff, as numbers.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSupervision } from '../../electron/kernel/supervision.ts'
import type { Ending, RestartPolicy } from '../../electron/kernel/types.ts'

const failure: Ending = { cause: 'failure', failure: new Error('boom') }

test.each<[RestartPolicy, Ending['cause'], 'restart' | 'end']>([
  ['permanent', 'failure', 'restart'],
  ['permanent', 'finish', 'restart'],
  ['permanent', 'restart', 'restart'],
  ['permanent', 'stop', 'end'],
  ['transient', 'failure', 'restart'],
  ['transient', 'finish', 'end'],
  ['transient', 'restart', 'restart'],
  ['transient', 'stop', 'end'],
  ['temporary', 'failure', 'end'],
  ['temporary', 'finish', 'end'],
  ['temporary', 'restart', 'restart'],
  ['temporary', 'stop', 'end'],
])('%s, %s: %s', (restart, cause, type) => {
  const judge = createSupervision({ restart }, () => 0)
  expect(judge(cause === 'failure' ? failure : { cause }).type).toBe(type)
})

test('the wait doubles up to its cap, and begins anew when earlier restarts no longer count', () => {
  let now = 0
  const options = { intensity: { restarts: 5, withinMs: 1_000 }, backoff: { firstMs: 10, maxMs: 50 } }
  const judge = createSupervision({ restart: 'permanent', ...options }, () => now)
  const waits = () => {
    const verdict = judge(failure)
    return verdict.type === 'restart' ? verdict.delayMs : verdict.type
  }
  expect([waits(), waits(), waits(), waits(), waits(), waits()]).toEqual([10, 20, 40, 50, 50, 'exhausted'])
  now = 1_000
  expect(waits()).toBe(10)
})

test('restarts that a person asks for count for nothing', () => {
  const judge = createSupervision({ restart: 'transient', intensity: { restarts: 1, withinMs: 1_000 } }, () => 0)
  for (let count = 0; count < 10; count += 1)
    expect(judge({ cause: 'restart' })).toEqual({ type: 'restart', delayMs: 0 })
  expect(judge(failure).type).toBe('restart')
  expect(judge(failure).type).toBe('exhausted')
})

test('no window of time holds more restarts than the intensity allows, and it is exhausted only then', () => {
  const runs = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), runs, (restarts, gaps) => {
      let now = 0
      const withinMs = 1_000
      const judge = createSupervision({ restart: 'permanent', intensity: { restarts, withinMs } }, () => now)
      const times: number[] = []
      for (const gap of gaps) {
        now += gap
        const recent = times.filter((time) => now - time < withinMs).length
        const verdict = judge(failure)
        expect(verdict.type).toBe(recent >= restarts ? 'exhausted' : 'restart')
        if (verdict.type === 'restart') times.push(now)
      }
    }),
  )
})
