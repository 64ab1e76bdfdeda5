// What a run knows of its skills from the way it stands on: what is still shown, what was used, and when a person hears of a change.
import { describe, expect, test } from 'vitest'
import { createRunSkills } from '../../electron/services/sessions/run-skills.ts'
import type { TreeRecord } from '../../shared/session.ts'
import { withShortenings } from '../../shared/shortenings.ts'
import type { OfferedSkill } from '../../shared/skills.ts'

const skill = (name: string, hash = 'a'.repeat(64)): OfferedSkill => {
  return { key: 'k'.repeat(32), name, description: `About ${name}.`, scope: 'user', folder: `/skills/${name}`, hash }
}
const plan = skill('plan')
const notes = skill('notes')

const node = (id: string, more: object): TreeRecord =>
  ({ type: 'message', id, parentId: null, ts: null, ...more }) as TreeRecord
const question = (id: string) => node(id, { role: 'user', content: 'Go' })
const answer = (id: string) => node(id, { role: 'assistant', content: 'Done' })
const result = (id: string, { name, hash }: OfferedSkill, more: object = {}) =>
  node(id, {
    role: 'tool',
    callId: `call-${id}`,
    name: 'use_skill',
    content: 'What it says.',
    isError: false,
    detail: { files: [], skill: { name, hash, event: 'chosen', path: null, isWhole: true, ...more } },
  })

const runOn = (path: TreeRecord[], more: { offered?: OfferedSkill[]; hidden?: string[]; short?: string[] } = {}) => {
  const targets = more.short ?? []
  return createRunSkills(
    { read: () => Promise.reject(new Error('not read here')) },
    {
      offered: more.offered ?? [plan, notes],
      path,
      hidden: more.hidden ?? [],
      shortened: targets.length === 0 ? new Map() : withShortenings(new Map(), [{ to: 'line', targets }]),
    },
  )
}
const isShown = (run: ReturnType<typeof runOn>, of = plan) => run.forTools.isShown(of)

describe('what a skill says is still shown', () => {
  const path = [question('q'), result('r', plan), answer('a'), question('q2')]

  test('after it was read whole, and no other skill is', () => {
    expect(isShown(runOn(path))).toBe(true)
    expect(isShown(runOn(path), notes)).toBe(false)
  })

  test.each([
    ['it was hidden', runOn(path, { hidden: ['r'] })],
    ['it was shortened', runOn(path, { short: ['r'] })],
    ['only its beginning was shown', runOn([question('q'), result('r', plan, { isWhole: false }), question('q2')])],
    [
      'the skill is another one now',
      runOn([question('q'), result('r', skill('plan', 'b'.repeat(64))), question('q2')]),
    ],
    ['the call failed', runOn([question('q'), { ...result('r', plan), isError: true } as TreeRecord, question('q2')])],
    [
      'a compaction stands for it',
      runOn([...path, { type: 'compaction', id: 'c', parentId: 'q2', summary: 'S', firstKeptId: 'q2' }]),
    ],
  ])('not when %s', (_, run) => {
    expect(isShown(run)).toBe(false)
  })

  test('until it is shortened within the run, and again when it was read again', () => {
    const run = runOn(path)
    run.shortened([{ to: 'line', targets: ['r'] }])
    expect(isShown(run)).toBe(false)
    expect(run.heard(result('r2', plan), false)).toMatchObject([{ event: 'chosen', name: 'plan', callId: 'call-r2' }])
    expect(isShown(run)).toBe(true)
  })
})

test('used is what was read on this way, as long as it is offered and the same', () => {
  const path = [
    question('q'),
    result('r', plan),
    result('s', skill('gone')),
    result('t', skill('notes', 'b'.repeat(64))),
  ]
  const run = runOn(path)
  expect(run.forTools.used()).toEqual([plan])
  run.heard(result('u', notes, { event: 'read', path: 'a.md', isWhole: false }), false)
  expect(run.forTools.used()).toEqual([plan, notes])
})

test('a command that names files of a used skill has used them, when it ran', () => {
  const run = runOn([question('q'), result('r', plan), question('q2')])
  const command =
    "sh /skills/plan/scripts/count.sh '/skills/plan/data.txt' >out; cat /skills/notes/a.md; sh /skills/plan/scripts/count.sh"
  const called = {
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'c', name: 'run_command', arguments: { command } }],
  }
  const came = { role: 'tool', callId: 'c', name: 'run_command', content: 'Exit code 0.', isError: false }
  expect(run.heard(node('a', called), false)).toEqual([])
  expect(run.heard(node('t', came), false)).toEqual([])
  expect(run.heard(node('t', { ...came, ms: 3 }), false)).toMatchObject([
    { name: 'plan', event: 'read', path: 'scripts/count.sh', callId: 'c' },
    { name: 'plan', event: 'read', path: 'data.txt', callId: 'c' },
  ])
})

test('a question names the longest skill it begins with, and none in the middle of a word', () => {
  const run = runOn([question('q')], {
    offered: [skill('plan'), skill('plan-more'), skill('мой-навык'), skill('Two Words')],
  })
  const named = ['/plan', '/plan more', '/plan-more\nnow', '/plan-b', ' /plan', '/мой-навык x', '/Two Words do', '/two']
  expect(named.map((text) => run.namedBy(text))).toEqual([
    'plan',
    'plan',
    'plan-more',
    null,
    null,
    'мой-навык',
    'Two Words',
    null,
  ])
})

describe('a change of skills', () => {
  const codes = (run: ReturnType<typeof runOn>) => run.told(16_384).notices.map(({ code }) => code)
  const offer = (run: ReturnType<typeof runOn>, id: string) => node(id, { ...run.told(16_384).entry, type: 'skill' })

  test('is told when there was an answer, and not told again', () => {
    const first = runOn([question('q')])
    expect(codes(first)).toEqual([])
    const path = [question('q'), offer(first, 'o'), answer('a'), question('q2')]
    expect(codes(runOn(path))).toEqual([])
    const changed = runOn(path, { offered: [plan] })
    expect(codes(changed)).toEqual(['skills_changed'])
    expect(codes(runOn([...path, offer(changed, 'o2'), answer('a2'), question('q3')], { offered: [plan] }))).toEqual([])
    // Another model has another window: that is no change of skills.
    expect(
      runOn(path)
        .told(1_024)
        .notices.map(({ code }) => code),
    ).toEqual([])
  })

  test('to none is one, and then there is nothing to say or to record any more', () => {
    const path = [question('q'), offer(runOn([question('q')]), 'o'), answer('a'), question('q2')]
    const none = runOn(path, { offered: [] })
    expect(codes(none)).toEqual(['skills_changed'])
    expect(none.told(16_384).entry).toMatchObject({ names: [], tokens: 0 })
    const after = runOn([...path, offer(none, 'o2'), answer('a2'), question('q3')], { offered: [] })
    expect(after.told(16_384)).toEqual({ text: null, entry: null, notices: [] })
  })
})
