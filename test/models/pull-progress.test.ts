// How far a pull is, whatever the server says and in whatever order.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createProgress } from '../../electron/services/models/pulls/progress.ts'

const layer = (digest: string, total: number, completed?: number) => ({
  status: `pulling ${digest}`,
  digest,
  total,
  ...(completed !== undefined && { completed }),
})

test('sums by digest; completed is left out while it is zero', () => {
  const progress = createProgress()
  progress.begin(0)
  progress.take({ status: 'pulling manifest' }, 0)
  expect(progress.step()).toBe('manifest')
  progress.take(layer('a', 100), 0)
  progress.take(layer('a', 100, 40), 100)
  expect([progress.doneBytes(), progress.totalBytes(), progress.step()]).toEqual([40, 100, 'download'])
  progress.take(layer('b', 10), 200)
  // The server goes on to the next when the one before is whole.
  expect([progress.doneBytes(), progress.totalBytes()]).toEqual([100, 110])
  expect(progress.layers().map(({ state }) => state)).toEqual(['done', 'running'])
  progress.take({ status: 'verifying sha256 digest' }, 300)
  expect([progress.doneBytes(), progress.step()]).toEqual([110, 'verify'])
})

describe('the rate', () => {
  test('is that of what came over this connection, and not of what lay there', () => {
    const progress = createProgress()
    progress.begin(0)
    progress.take(layer('a', 1_000_000, 900_000), 0)
    expect(progress.rate(500)).toBeNull()
    progress.take(layer('a', 1_000_000, 910_000), 2_000)
    expect(progress.rate(2_000)).toBe(5_000)
  })

  test('falls to nothing when nothing comes', () => {
    const progress = createProgress()
    progress.begin(0)
    for (let at = 0; at <= 20_000; at += 60) progress.take(layer('a', 1_000_000, at), at)
    expect(progress.rate(20_000)).toBeCloseTo(1_000, -2)
    expect(progress.rate(25_000)).toBeLessThan(600)
    expect(progress.rate(40_000)).toBe(0)
  })
})

test('never says more than there is, nor less than nothing, and a whole is its parts', () => {
  const line = fc.oneof(
    fc.record({
      status: fc.constant('pulling x'),
      digest: fc.constantFrom('a', 'b', 'c'),
      total: fc.nat(1_000_000),
      completed: fc.nat(2_000_000),
    }),
    fc.record({
      status: fc.constantFrom('pulling manifest', 'verifying sha256 digest', 'writing manifest', 'success', ''),
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(line, fc.nat(5_000))), (lines) => {
      const progress = createProgress()
      let now = 0
      progress.begin(now)
      for (const [one, later] of lines) {
        now += later
        progress.take(one, now)
        const layers = progress.layers()
        expect(layers.reduce((sum, { done }) => sum + done, 0)).toBe(progress.doneBytes())
        expect(layers.every(({ done, total }) => done >= 0 && done <= total)).toBe(true)
        expect(progress.doneBytes()).toBeLessThanOrEqual(progress.totalBytes())
        expect(progress.rate(now) ?? 0).toBeGreaterThanOrEqual(0)
        expect(layers.filter(({ state }) => state === 'running').length).toBeLessThanOrEqual(1)
      }
    }),
  )
})
