// Which model is offered to somebody who has none: one that fits, and never in silence one that does not.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitsDisk, fitsMemory, gemmaVersion, offeredModels, suggestions } from '../../shared/first-model.ts'
import { knownSize } from '../../shared/known-models.ts'

const GB = 1_000_000_000
const names = (freeBytes: number | null, memoryBytes: number | null, runsGemma = true) =>
  offeredModels({ freeBytes, memoryBytes }, runsGemma).map(({ model }) => model)

describe('what is offered', () => {
  test.each([
    ['a usual machine', 118 * GB, 24 * GB, true, ['gemma4:e4b', 'gemma4:e2b']],
    ['a server on another machine, of which nothing is known', null, null, true, ['gemma4:e4b', 'gemma4:e2b']],
    ['little memory', 118 * GB, 8 * GB, true, ['qwen3:4b', 'qwen3:1.7b']],
    ['no room for the large one', 9 * GB, 24 * GB, true, ['gemma4:e2b', 'qwen3:4b']],
    ['room for its bytes and nothing else', 9_608_350_245, 24 * GB, true, ['gemma4:e2b', 'qwen3:4b']],
    ['a server too old for gemma4', 118 * GB, 24 * GB, false, ['qwen3:4b', 'qwen3:1.7b']],
    ['room for nothing', 1 * GB, 1 * GB, true, ['qwen3:1.7b']],
  ])('%s', (_what, freeBytes, memoryBytes, runsGemma, expected) => {
    expect(names(freeBytes, memoryBytes, runsGemma)).toEqual(expected)
  })

  test('whatever the machine has: one or two, best first, and one that does not fit only where none does', () => {
    const room = fc.record({
      freeBytes: fc.option(fc.integer({ min: 0, max: 200 * GB })),
      memoryBytes: fc.option(fc.integer({ min: 0, max: 200 * GB })),
    })
    fc.assert(
      fc.property(room, fc.boolean(), (machine, runsGemma) => {
        const offered = offeredModels(machine, runsGemma)
        const fits = offered.filter((one) => fitsDisk(one, machine) && fitsMemory(one, machine))
        const places = offered.map((one) => suggestions.indexOf(one))
        expect(offered.length).toBeGreaterThan(0)
        expect(offered.length).toBeLessThanOrEqual(2)
        expect(places).toEqual([...places].sort((one, other) => one - other))
        if (fits.length < offered.length) {
          expect(offered).toHaveLength(1)
          expect(suggestions.some((one) => fitsDisk(one, machine) && fitsMemory(one, machine) && runsGemma)).toBe(false)
        }
        if (!runsGemma) expect(offered.some(({ model }) => model.startsWith('gemma4'))).toBe(false)
      }),
    )
  })

  test('the sizes are those a download is compared with', () => {
    for (const { model, bytes } of suggestions) expect([bytes, null]).toContain(knownSize(model))
    expect(knownSize('gemma4:e4b')).toBe(suggestions[0]?.bytes)
  })
})

test.each([
  ['0.19.9', 'too-old'],
  ['0.6.2', 'too-old'],
  ['0.20.0', 'shaky'],
  ['0.20.6', 'shaky'],
  ['0.20.6-rc1', 'shaky'],
  ['0.20.7', 'fine'],
  ['0.33.0', 'fine'],
  ['1.0.0', 'fine'],
  ['v0.20.1', 'shaky'],
  // What somebody has built themselves.
  ['0.0.0', 'fine'],
  ['nightly', 'fine'],
  [null, 'fine'],
])('a server of version %s is %s for gemma4', (version, expected) => {
  expect(gemmaVersion(version)).toBe(expected)
})
