// Logs made to make reading slow, or to be taken for something else: each is over as soon as one of its size that means no harm.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { sessionTree } from '../../shared/session-tree.ts'
import { temporaryFolder } from '../support/temp.ts'
import { found } from './samples.ts'

vi.setConfig({ testTimeout: 60_000 })

const many = 30_000
const each = <Value>(make: (index: number) => Value) => Array.from({ length: many }, (_, index) => make(index))

async function recordsOf(lines: readonly Record<string, unknown>[]) {
  const path = join(await temporaryFolder(), 'log.jsonl')
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const { sessions } = await found(path)
  return sessions[0]?.records ?? []
}

const claude = (uuid: string, parentUuid: string | null, message: unknown, type = 'user') => ({
  type,
  uuid,
  parentUuid,
  sessionId: 's',
  timestamp: '2026-01-01T00:00:00Z',
  message,
})

test('Claude Code: thirty thousand calls in one answer, with their results in one line and in as many', async () => {
  const call = (index: number) => ({ type: 'tool_use', id: `c${index}`, name: 'x', input: {} })
  const result = (index: number) => ({ type: 'tool_result', tool_use_id: `c${index}`, content: 'y' })
  const asked = claude('a', null, { id: 'm', content: each(call) }, 'assistant')
  const inOne = await recordsOf([asked, claude('r', 'a', { content: each(result) })])
  expect(inOne).toHaveLength(many + 1)
  const inMany = await recordsOf([
    asked,
    ...each((index) => claude(`r${index}`, 'a', { content: [result(index)] })),
    ...each((index) => claude(`q${index}`, 'r0', { content: 'behind the first result' })),
  ])
  expect(inMany).toHaveLength(2 * many + 1)
  // Every question stands behind the last result that came before it.
  expect(sessionTree(inMany).path).toHaveLength(many + 2)
})

test('Codex: as many calls, thoughts and rollbacks', async () => {
  const item = (payload: Record<string, unknown>) => ({
    type: 'response_item',
    timestamp: '2026-01-01T00:00:00Z',
    payload,
  })
  const records = await recordsOf([
    ...each(() => item({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] })),
    ...each((index) => item({ type: 'function_call', name: 'x', arguments: '{}', call_id: `c${index}` })),
    ...each((index) => item({ type: 'function_call_output', call_id: `c${index}`, output: 'y' })),
    ...each((index) => item({ type: 'message', role: 'user', content: [{ type: 'input_text', text: `q${index}` }] })),
    ...each(() => ({ type: 'event_msg', payload: { type: 'thread_rolled_back', num_turns: 1e300 } })),
  ])
  expect(records.filter(({ type }) => type === 'message')).toHaveLength(2 * many + 1)
})

test('Carrel: as many results that name no call, and ids that are there again and again', async () => {
  const calls = each((index) => ({ id: `c${index}`, name: 'x', arguments: {} }))
  const records = await recordsOf([
    { role: 'user', content: 'q' },
    { role: 'assistant', content: '', toolCalls: calls },
    ...each(() => ({ role: 'tool', content: 'y' })),
    ...each((index) => ({ type: 'message', id: 'same', parentId: 'same', role: 'user', content: `${index}` })),
  ])
  expect(records).toHaveLength(2 * many + 2)
})

test('names that every object has are no kinds, no reasons and no ids of anything', async () => {
  for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    const pi = await recordsOf([
      { type: 'session', id: 'x', timestamp: '2026-01-01T00:00:00Z', cwd: '/w' },
      { type: 'message', id: word, parentId: null, message: { role: 'assistant', content: 'Hello', stopReason: word } },
    ])
    expect(pi, word).toMatchObject([{ content: 'Hello', stop: 'stop' }])
    const said = { id: word, content: [{ type: 'text', text: 'Hello' }], stop_reason: word }
    expect(await recordsOf([claude(word, null, said, 'assistant')]), word).toMatchObject([
      { content: 'Hello', stop: 'stop' },
    ])
  }
})
