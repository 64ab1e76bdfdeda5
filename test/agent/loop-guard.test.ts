// What a small model may repeat, and where it ends.
import { describe, expect, test } from 'vitest'
import { createLoopGuard, keyOf } from '../../electron/agent/loop-guard.ts'

const call = (name: string, given: Record<string, unknown> = {}) => ({ id: 'x', name, arguments: given })
const unchanged = { hasChanged: false }
const changed = { hasChanged: true }

describe('the loop guard', () => {
  test('the second and third of the same calls are not run, the fourth ends the turn', () => {
    const guard = createLoopGuard()
    const verdicts = [1, 2, 3, 4].map(() => guard.judge(call('read', { path: 'a', limit: 1 })))
    expect(verdicts).toEqual(['run', 'repeated', 'repeated', 'end'])
  })

  test('the order of the arguments makes no other call, their values do', () => {
    const guard = createLoopGuard()
    expect(guard.judge(call('read', { path: 'a', limit: 1 }))).toBe('run')
    expect(guard.judge(call('read', { limit: 1, path: 'a' }))).toBe('repeated')
    expect(guard.judge(call('read', { path: 'b', limit: 1 }))).toBe('run')
    expect(guard.judge(call('read', { path: 'a', limit: '1' }))).toBe('run')
    expect(keyOf(call('x', { b: { 2: 1, 1: 2 }, a: [1] }))).toBe(keyOf(call('x', { a: [1], b: { 1: 2, 2: 1 } })))
  })

  test('after a change a look is worth while again; the change itself made again is not', () => {
    const guard = createLoopGuard()
    guard.judge(call('read'))
    guard.judge(call('write'))
    guard.heard(call('write'), changed)
    expect(guard.judge(call('read'))).toBe('run')
    expect(guard.judge(call('write'))).toBe('repeated')
    guard.heard(call('write'), unchanged)
    expect(guard.judge(call('read'))).toBe('repeated')
  })

  test('a call whose result is shown no more may be made again, also in turn with another', () => {
    const guard = createLoopGuard()
    const both = [call('read', { path: 'a' }), call('read', { path: 'b' })]
    for (const one of both) expect(guard.judge(one)).toBe('run')
    for (const one of both) guard.forget(one)
    for (const one of both) expect(guard.judge(one)).toBe('run')
    for (const one of both) expect(guard.judge(one)).toBe('repeated')
  })

  test('two changes that undo each other in turn', () => {
    const guard = createLoopGuard()
    const verdicts = ['a', 'b', 'a', 'b', 'a'].map((content) => {
      const verdict = guard.judge(call('write', { content }))
      if (verdict === 'run') guard.heard(call('write', { content }), changed)
      return verdict
    })
    expect(verdicts.slice(0, 4)).toEqual(['run', 'run', 'run', 'repeated'])
    expect(verdicts[4]).not.toBe('run')
  })

  const fine = (name: string) => ({ name, isError: false })
  const failed = (name: string) => ({ name, isError: true })

  test('three answers in which one tool failed, whatever other tools do; a success begins anew', () => {
    const guard = createLoopGuard()
    for (const result of [failed, failed, fine, failed, failed]) guard.answered([result('edit'), fine('read')])
    guard.answered([fine('read')])
    expect(guard.isStuck).toBe(false)
    guard.answered([failed('edit')])
    expect(guard.isStuck).toBe(true)
  })

  test('what failed side by side failed once, and one success among it is one', () => {
    const guard = createLoopGuard()
    guard.answered(Array(8).fill(failed('read')))
    guard.answered(Array(8).fill(failed('read')))
    expect(guard.isStuck).toBe(false)
    guard.answered([failed('read'), fine('read'), failed('read')])
    guard.answered([failed('read')])
    expect(guard.isStuck).toBe(false)
  })
})
