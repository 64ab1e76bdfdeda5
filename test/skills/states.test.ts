// Which skill is offered, for any set of skills, agreements and choices: the rules hold for all of them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Agreement } from '../../electron/services/skills/agreed.ts'
import { type Candidate, sameName, standingsOf } from '../../electron/services/skills/states.ts'
import { skillScopes, skillStatus } from '../../shared/skills.ts'

const names = fc.constantFrom('a', 'A', 'b', 'caf\u00e9', 'cafe\u0301')
const hashes = fc.constantFrom('one', 'two')
const candidates = fc
  .array(
    fc.record({
      name: names,
      scope: fc.constantFrom(...skillScopes),
      status: fc.constantFrom(...skillStatus),
      hash: hashes,
      isTrusted: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list
      .toSorted((one, other) => skillScopes.indexOf(one.scope) - skillScopes.indexOf(other.scope))
      .map((one, at): Candidate => ({ ...one, key: `k${at}`, isTrusted: one.scope !== 'project' || one.isTrusted })),
  )
const agreements = fc.option(
  fc
    .dictionary(
      fc.constantFrom('k0', 'k1', 'k2', 'k3', 'k4'),
      fc.record({ on: fc.boolean(), accepted: fc.option(hashes) }),
    )
    .map((record) => {
      const entries = Object.entries(record)
      return new Map(
        entries.map(([key, given]): [string, Agreement] => [key, { ...given, folder: '', scope: 'user', at: '' }]),
      )
    }),
)
const choices = fc.dictionary(names, fc.boolean())

test('what is offered was agreed to as it is, is sound and trusted, and is one of its name', () => {
  fc.assert(
    fc.property(candidates, agreements, choices, (list, agreed, chosen) => {
      const standings = standingsOf(list, agreed, chosen)
      const on = list.filter((_, at) => standings[at]?.state === 'on')
      for (const one of on) {
        const agreement = agreed?.get(one.key)
        expect(agreed).not.toBeNull()
        expect(one.status).not.toBe('invalid')
        expect(one.isTrusted).toBe(true)
        expect(one.scope === 'built-in' || agreement?.accepted === one.hash).toBe(true)
        const choice = Object.entries(chosen).find(([name]) => sameName(name) === sameName(one.name))?.[1]
        expect(choice ?? agreement?.on ?? one.scope === 'built-in').toBe(true)
      }
      expect(new Set(on.map(({ name }) => sameName(name))).size).toBe(on.length)
    }),
    { numRuns: 2_000 },
  )
})

test('what takes the place of another comes before it and is on; nothing else pushes anything out', () => {
  fc.assert(
    fc.property(candidates, agreements, (list, agreed) => {
      const standings = standingsOf(list, agreed)
      for (const [at, { state, shadowedBy }] of standings.entries()) {
        const first = list.findIndex(({ key }) => key === shadowedBy)
        if (shadowedBy !== null) {
          expect(first).toBeLessThan(at)
          expect(sameName(list[first]?.name ?? '')).toBe(sameName(list[at]?.name ?? ''))
        }
        if (state === 'shadowed') expect(standings[first]?.state).toBe('on')
        // Taken away, it leaves what was before it as it was.
        const before = standingsOf(list.slice(0, at), agreed).map((standing) => standing.state)
        expect(before).toEqual(standings.slice(0, at).map((standing) => standing.state))
      }
    }),
    { numRuns: 2_000 },
  )
})
