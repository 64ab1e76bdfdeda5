// Which skills the library shows, in which order, and which are on in one session.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { skillsOfSession } from '../../renderer/skills/session-choice.ts'
import { countsOf, filters, inOrderOfName, shownOf } from '../../renderer/skills/shown.ts'
import { type SkillSummary, skillStates } from '../../shared/skills.ts'

const skill = (name: string, more: Partial<SkillSummary> = {}): SkillSummary => ({
  key: name.padEnd(32, '0'),
  name,
  description: `About ${name}`,
  scope: 'user',
  folder: `/home/wren/.claude/skills/${name}`,
  root: '/home/wren/.claude/skills',
  status: 'valid',
  state: 'on',
  isEnabled: true,
  isAccepted: true,
  isOurs: false,
  problems: [],
  shadowedBy: null,
  tokens: { catalogue: 10, loaded: 100 },
  files: 1,
  bytes: 100,
  scripts: 0,
  hash: 'a'.repeat(64),
  source: null,
  modified: null,
  ...more,
})
const names = (skills: readonly { name: string }[]) => skills.map(({ name }) => name)

describe('the library', () => {
  test('by name as a person counts, those that are refused at the end', () => {
    const listed = [skill('tide-10'), skill('Tide-2'), skill('a-refused', { state: 'refused' }), skill('bibliography')]
    expect(names(inOrderOfName(listed))).toEqual(['bibliography', 'Tide-2', 'tide-10', 'a-refused'])
  })

  test('a row does not move when it is switched', () => {
    const before = [skill('a', { state: 'off' }), skill('b'), skill('c')]
    const after = [skill('a'), skill('b', { state: 'off' }), skill('c', { state: 'changed' })]
    expect(names(inOrderOfName(after))).toEqual(names(inOrderOfName(before)))
  })

  test('all of the words, in the name, the description or the path', () => {
    const listed = [skill('tides', { description: 'Times for UK ports' }), skill('knots')]
    expect(names(shownOf(listed, 'all', 'PORTS tide'))).toEqual(['tides'])
    expect(names(shownOf(listed, 'all', '.claude'))).toEqual(['tides', 'knots'])
    expect(shownOf(listed, 'all', 'ports knots')).toEqual([])
    expect(shownOf(listed, 'off', 'tide')).toEqual([])
  })

  test('every skill is under exactly one filter beside All, so the counts add up', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...skillStates)), (states) => {
        const listed = states.map((state, place) => skill(`s${place}`, { state }))
        const counts = countsOf(listed)
        expect(counts.all).toBe(listed.length)
        expect(counts.on + counts.off + counts.changed + counts.refused).toBe(listed.length)
        for (const filter of filters) expect(shownOf(listed, filter, '')).toHaveLength(counts[filter])
      }),
    )
  })
})

describe('one session', () => {
  const listed = [skill('a'), skill('b', { state: 'off' }), skill('c', { state: 'refused' })]
  const on = (choices: Record<string, boolean>) => names(skillsOfSession(listed, choices).filter(({ isOn }) => isOn))

  test('as for all, unless something was said for it', () => {
    expect(on({})).toEqual(['a'])
    expect(on({ a: false })).toEqual([])
    expect(on({ b: true })).toEqual(['a', 'b'])
    expect(skillsOfSession(listed, { a: false })).toMatchObject([
      { name: 'a', isOn: false, isOnForAll: true, isChosenHere: true },
      { name: 'b', isOn: false, isOnForAll: false, isChosenHere: false },
    ])
  })

  test('no choice lets in what is refused, has changed, is not trusted or is shadowed', () => {
    for (const state of ['refused', 'changed', 'untrusted', 'shadowed'] as const) {
      expect(skillsOfSession([skill('x', { state })], { x: true }), state).toEqual([])
    }
  })

  test('a name that is there twice is the one that is on, and a choice of an inherited name is none', () => {
    const twice = [skill('a', { state: 'off', folder: '/one' }), skill('a', { folder: '/two' })]
    expect(skillsOfSession(twice, {})).toMatchObject([{ name: 'a', isOn: true }])
    expect(skillsOfSession([skill('constructor', { state: 'off' })], {})).toMatchObject([{ isOn: false }])
    expect(on({ a: false, b: true })).toEqual(['b'])
    expect(names(skillsOfSession(listed, { a: true }, 'b').filter(({ isOn }) => isOn))).toEqual(['b'])
  })
})
