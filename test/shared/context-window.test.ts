// The window a model is asked for: what was chosen, what its maker set, and what there is memory for.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type WindowFacts, windowByMemory, windowFor } from '../../shared/context-window.ts'
import { windowSteps } from '../../shared/limits.ts'

const gigabytes = (count: number) => count * 1e9
const e4b = gigabytes(9.6)
const nothing = { chosen: null, maker: null }

const anyFacts: fc.Arbitrary<WindowFacts> = fc.record({
  trained: fc.option(fc.integer({ min: 512, max: 1_048_576 })),
  weightsBytes: fc.option(fc.integer({ min: 1, max: gigabytes(400) })),
  memoryBytes: fc.option(fc.integer({ min: 1, max: gigabytes(1_000) })),
})

describe('by memory', () => {
  test.each<[string, number, number, number]>([
    ['e4b on 12 GB, which it fills', 12, 9.6, 4_096],
    ['e4b on 16 GB', 16, 9.6, 16_384],
    ['e4b on 32 GB', 32, 9.6, 32_768],
    ['a 4B model on 8 GB', 8, 2.5, 16_384],
    ['a 31B model on 32 GB', 32, 20, 16_384],
    ['a 31B model on 64 GB', 64, 20, 32_768],
    ['a small model on 4 GB', 4, 0.5, 8_192],
  ])('%s', (_name, memory, weights, tokens) => {
    const facts = { trained: 131_072, weightsBytes: gigabytes(weights), memoryBytes: gigabytes(memory) }
    expect(windowByMemory(facts)).toBe(tokens)
  })

  test('of another machine is the usual one, and never above what the model was trained for', () => {
    expect(windowByMemory({ trained: 131_072, weightsBytes: e4b, memoryBytes: null })).toBe(16_384)
    expect(windowByMemory({ trained: 8_192, weightsBytes: e4b, memoryBytes: null })).toBe(8_192)
    expect(windowByMemory({ trained: null, weightsBytes: e4b, memoryBytes: gigabytes(64) })).toBe(16_384)
  })

  test('is a step or all the model was trained for; more memory never makes it smaller, nor a larger model larger', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: gigabytes(500) }), (facts, more) => {
        const tokens = windowByMemory(facts)
        expect([...windowSteps, facts.trained]).toContain(tokens)
        expect(tokens).toBeLessThanOrEqual(Math.min(facts.trained ?? 16_384, 32_768))
        if (facts.memoryBytes !== null) {
          expect(windowByMemory({ ...facts, memoryBytes: facts.memoryBytes + more })).toBeGreaterThanOrEqual(tokens)
        }
        if (facts.weightsBytes !== null) {
          expect(windowByMemory({ ...facts, weightsBytes: facts.weightsBytes + more })).toBeLessThanOrEqual(tokens)
        }
      }),
    )
  })
})

describe('of all that is wished', () => {
  const facts = { trained: 65_536, weightsBytes: e4b, memoryBytes: gigabytes(16) }

  test('the person goes before the maker, and the maker before the memory', () => {
    expect(windowFor(facts, nothing)).toMatchObject({ tokens: 16_384, by: 'memory', automatic: 16_384 })
    expect(windowFor(facts, { chosen: null, maker: 12_000 })).toMatchObject({ tokens: 12_000, by: 'maker' })
    expect(windowFor(facts, { chosen: 32_768, maker: 12_000 })).toMatchObject({
      tokens: 32_768,
      by: 'person',
      automatic: 12_000,
      automaticBy: 'maker',
    })
    expect(windowFor({ ...facts, memoryBytes: null }, nothing)).toMatchObject({ by: 'usual', tokens: 16_384 })
  })

  test('a maker’s 2,048 has no room for tools', () => {
    expect(windowFor(facts, { chosen: null, maker: 2_048 }).tokens).toBe(4_096)
  })

  test('none is above what the model was trained for', () => {
    const wish = fc.option(fc.integer({ min: 2_048, max: 1_048_576 }))
    fc.assert(
      fc.property(anyFacts, wish, wish, (any, chosen, maker) => {
        const { tokens, automatic } = windowFor(any, { chosen, maker })
        expect(Math.max(tokens, automatic)).toBeLessThanOrEqual(any.trained ?? Number.POSITIVE_INFINITY)
        expect(tokens).toBeGreaterThan(0)
      }),
    )
  })
})
