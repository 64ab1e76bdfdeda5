// The tree of a session: versions, other branches, what is hidden, and calls that are never parted from their results.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messagesFor } from '../../electron/agent/context.ts'
import { type SessionRecord, unknownRecord } from '../../shared/session.ts'
import { callIdOf, callIdsOf, correctionsOn, isResult, sessionTree } from '../../shared/session-tree.ts'
import { withoutStamp } from '../support/asked.ts'
import { type Line, message } from '../support/session-lines.ts'

const records = (...lines: readonly Line[]): SessionRecord[] => lines.map((line) => unknownRecord.parse(line))
const tree = (...lines: readonly Line[]) => sessionTree(records(...lines))
const ids = (path: readonly { id: string }[] | null) => path?.map(({ id }) => id)

const answer = (id: string, parentId: string, more: Line = {}) => message(id, parentId, { role: 'assistant', ...more })
const call = (id: string, parentId: string, ...callIds: string[]) =>
  answer(id, parentId, { content: '', toolCalls: callIds.map((one) => ({ id: one, name: 'look', arguments: {} })) })
const result = (id: string, parentId: string, callId: string) =>
  message(id, parentId, { role: 'tool', callId, name: 'look' })
const node = (type: string, id: string, parentId: string, more: Line = {}): Line => ({
  type,
  id,
  parentId,
  ts: '',
  ...more,
})
const leaf = (target: string): Line => ({ type: 'leaf', id: `leaf-${target}`, ts: '', target })
const hide = (target: string, hidden = true): Line => ({
  type: 'hide',
  id: `h-${target}-${hidden}`,
  ts: '',
  target,
  hidden,
})

describe('versions', () => {
  const branched = [message('q', null), answer('a1', 'q'), answer('a2', 'q'), message('q2', 'a2'), answer('b', 'q2')]

  test('stand where more than one message follows the same one', () => {
    expect(tree(...branched).versions).toEqual([{ entryId: 'a2', ids: ['a1', 'a2'] }])
    expect(tree(...branched, message('r', null)).versions).toEqual([{ entryId: 'r', ids: ['q', 'r'] }])
    expect(tree(message('q', null), answer('a', 'q')).versions).toEqual([])
  })

  test('what lies between two messages makes no version and hides none', () => {
    const change = node('settings', 's', 'q', { model: 'other' })
    expect(tree(message('q', null), answer('a1', 'q'), change, answer('a2', 's')).versions).toEqual([
      { entryId: 'a2', ids: ['a1', 'a2'] },
    ])
    expect(tree(message('q', null), answer('a1', 'q'), node('skill', 's', 'q')).versions).toEqual([])
  })

  test('results of calls are no versions of one another', () => {
    const lines = [message('q', null), call('a', 'q', 'c1', 'c2'), result('r1', 'a', 'c1'), result('r2', 'a', 'c2')]
    expect(tree(...lines).versions).toEqual([])
  })

  test('another branch is shown at the place where it was left', () => {
    expect(tree(...branched, answer('a3', 'q')).leafBehind('a2')).toBe('b')
    expect(tree(...branched, answer('b2', 'q2'), leaf('b'), leaf('a1')).leafBehind('a2')).toBe('b')
    expect(tree(...branched).leafBehind('a1')).toBe('a1')
    expect(tree(...branched).leafBehind('gone')).toBeNull()
  })
})

describe('calls and results', () => {
  const turn = [
    message('q', null),
    call('a', 'q', 'c1', 'c2'),
    node('approval', 'ok', 'a', { callId: 'c1' }),
    result('r1', 'ok', 'c1'),
    result('r2', 'r1', 'c2'),
    answer('e', 'r2'),
  ]

  test('a way that ends between them goes on to the last result', () => {
    expect(ids(tree(...turn).wholePathTo('a'))).toEqual(['q', 'a', 'ok', 'r1', 'r2'])
    expect(ids(tree(...turn).wholePathTo('r1'))).toEqual(['q', 'a', 'ok', 'r1', 'r2'])
    expect(ids(tree(...turn).wholePathTo('q'))).toEqual(['q'])
    expect(ids(tree(...turn).wholePathTo('e'))).toEqual(['q', 'a', 'ok', 'r1', 'r2', 'e'])
    expect(ids(tree(...turn.slice(0, 4)).wholePathTo('a'))).toEqual(['q', 'a'])
    expect(tree(...turn).wholePathTo('gone')).toBeNull()
  })

  test('a result whose call is not on the way is left out of it and named', () => {
    const without = turn.filter(({ id }) => id !== 'a')
    expect(ids(tree(...without).path)).toEqual(['q', 'ok', 'e'])
    expect(tree(...without).leftOut).toEqual(['r1', 'r2'])
    expect(tree(...turn).leftOut).toEqual([])
  })

  test.each(['a', 'r1', 'r2'])(
    'hiding %s hides the call and all its results, and showing it again shows them',
    (target) => {
      expect(tree(...turn, hide(target)).hidden).toEqual(['a', 'r1', 'r2'])
      expect(tree(...turn, hide(target), hide(target, false)).hidden).toEqual([])
    },
  )

  test('the model is shown one result for every call, also when there is none', () => {
    const shown = messagesFor(tree(...turn.slice(0, 4), node('tool_start', 's', 'r1', { callId: 'c2' })).path)
    expect(shown.slice(1).map(({ role, toolCallId, content }) => [role, toolCallId, withoutStamp(content)])).toEqual([
      ['user', undefined, 'words of q'],
      ['assistant', undefined, ''],
      ['tool', 'c1', 'words of r1'],
      ['tool', 'c2', 'interrupted; effect unknown'],
    ])
    expect(messagesFor(tree(...turn.slice(0, 4)).path).at(-1)?.content).toBe('not run')
  })

  test('a compaction stands for what is before its first kept entry, and never parts a call from its results', () => {
    const compaction = (firstKeptId: string) => node('compaction', 'k', 'e', { summary: 'short', firstKeptId })
    const shown = (firstKeptId: string) =>
      messagesFor(tree(...turn, compaction(firstKeptId), message('q2', 'k')).path).map(({ role, content }) => [
        role,
        content,
      ])
    expect(
      shown('r2')
        .slice(1)
        .map(([role]) => role),
    ).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant', 'user'])
    expect(
      shown('e')
        .slice(1)
        .map(([role]) => role),
    ).toEqual(['user', 'assistant', 'user'])
    expect(shown('e')[1]?.[1]).toContain('short')
    expect(shown('gone').flat().join()).not.toContain('short')
  })
})

describe('whatever the records are', () => {
  const name = fc.integer({ min: 0, max: 14 }).map((number) => `m${number}`)
  const callName = fc.integer({ min: 0, max: 3 }).map((number) => `c${number}`)
  const line = fc.oneof(
    fc.tuple(name, fc.option(name)).map(([id, parent]) => message(id, parent)),
    fc.tuple(name, name).map(([id, parent]) => answer(id, parent)),
    fc
      .tuple(name, name, fc.uniqueArray(callName, { minLength: 1 }))
      .map(([id, parent, calls]) => call(id, parent, ...calls)),
    fc.tuple(name, name, callName).map(([id, parent, one]) => result(id, parent, one)),
    fc.tuple(name, name, callName).map(([id, parent, one]) => node('tool_start', id, parent, { callId: one })),
    fc
      .tuple(name, name, name)
      .map(([id, parent, kept]) => node('compaction', id, parent, { summary: 's', firstKeptId: kept })),
    name.map(leaf),
    fc.tuple(name, fc.boolean()).map(([target, hidden]) => hide(target, hidden)),
  )
  /** As a log gives them: no two nodes have one id. */
  const lines = fc.array(line, { maxLength: 40 }).map((all) => {
    const taken = new Set<unknown>()
    return all.filter((one) => !('parentId' in one) || (!taken.has(one['id']) && taken.add(one['id'])))
  })

  test('no way has a result before its call, and the model is shown exactly one for each call', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const { path, hidden } = tree(...all)
        const called = new Set<string>()
        for (const record of path) {
          for (const id of callIdsOf(record)) called.add(id)
          if (isResult(record)) expect(called).toContain(callIdOf(record))
        }
        let open: string[] = []
        for (const { role, toolCalls, toolCallId } of messagesFor(path, hidden)) {
          if (role === 'tool') expect(open.shift()).toBe(toolCallId)
          else {
            expect(open).toEqual([])
            open = (toolCalls ?? []).map(({ id }) => id)
          }
        }
        expect(open).toEqual([])
      }),
    )
  })

  test('read twice it is the same tree', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const plain = (read: ReturnType<typeof tree>) =>
          Object.fromEntries(Object.entries(read).filter(([, value]) => typeof value !== 'function'))
        expect(plain(tree(...all))).toEqual(plain(tree(...all)))
      }),
    )
  })

  test('to look at a branch is to see the entry it was chosen by, and to see it again after a return', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (all, pick) => {
        const { nodes, leafBehind } = tree(...all)
        const chosen = nodes[pick % Math.max(1, nodes.length)]
        if (!chosen) return
        const target = leafBehind(chosen.id) ?? ''
        const switched = tree(...all, leaf(target))
        expect([...(ids(switched.path) ?? []), ...switched.leftOut]).toContain(chosen.id)
        // Whatever is looked at in between, the branch is found where it was left.
        const { pathTo } = switched
        const elsewhere = nodes.find(
          ({ id }) => !ids(pathTo(target))?.includes(id) && !ids(pathTo(id))?.includes(target),
        )
        if (elsewhere) expect(tree(...all, leaf(target), leaf(elsewhere.id)).leafBehind(target)).toBe(target)
      }),
    )
  })

  test('every version of a message can be switched to, and is then one of the same versions', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const before = tree(...all)
        for (const { ids: versions } of before.versions) {
          for (const id of versions) {
            const after = tree(...all, leaf(before.leafBehind(id) ?? ''))
            expect(after.versions).toContainEqual({ entryId: id, ids: versions })
          }
        }
      }),
    )
  })
})

describe('a correction', () => {
  const turn = [
    message('q', null),
    call('c', 'q', 'x'),
    node('tool_start', 's', 'c', { callId: 'x' }),
    result('r', 's', 'x'),
  ]
  const lines = [
    ...turn,
    message('k1', 'r'),
    node('settings', 'n', 'k1', { model: 'other' }),
    message('k2', 'n'),
    answer('a', 'k2'),
    message('q2', 'a'),
  ]

  test('is what a person said behind a result or another correction, and nothing else', () => {
    expect([...correctionsOn(tree(...lines).path)]).toEqual(['k1', 'k2'])
    expect([...correctionsOn(tree(message('q', null), message('again', 'q')).path)]).toEqual([])
  })

  test('does not end the turn: what was thought before it is still shown', () => {
    const thought = lines.map((line) => (line['id'] === 'c' ? { ...line, thinking: 'I look.' } : line))
    const shown = (upTo: number) => messagesFor(tree(...thought.slice(0, upTo)).path).map(({ thinking }) => thinking)
    expect(shown(7)).toEqual([undefined, undefined, 'I look.', undefined, undefined, undefined])
    expect(shown(9)).toEqual(Array(8).fill(undefined))
  })
})
