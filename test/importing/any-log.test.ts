// Whatever a log holds: reading it never throws, and what comes of it are whole records of this version.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logKinds } from '../../shared/importing.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { sessionTree } from '../../shared/session-tree.ts'
import { temporaryFolder } from '../support/temp.ts'
import { type Found, read, sample } from './samples.ts'

const names = [
  'claude-code/branches',
  'claude-code/odd',
  'codex/rollback',
  'codex/oldest',
  'pi/tree',
  'pi/first-version',
  'seed/flat',
  'carrel/rights',
]

function expectWhole({ from, sessions }: Found) {
  // Of Carrel's own logs a result without its call is kept, as everywhere else: the tree leaves it off the path.
  const keepsAll = from === 'carrel' || from === 'seed'
  for (const { records } of sessions) {
    const ids = new Set<string>()
    const calls = new Set<string>()
    for (const record of records) {
      const parsed = writtenRecord.safeParse(record)
      expect(parsed.error, JSON.stringify(record)).toBeUndefined()
      expect(['approval', 'skill', 'session', 'meta']).not.toContain(record.type)
      expect(record.type === 'settings' && ('mode' in record || 'workspace' in record)).toBe(false)
      if (!('id' in record)) continue
      expect(ids.has(record.id), `${record.id} twice`).toBe(false)
      if ('parentId' in record && record.parentId !== null) expect(ids).toContain(record.parentId)
      ids.add(record.id)
      if ('toolCalls' in record) for (const { id } of record.toolCalls ?? []) calls.add(id)
      if ('callId' in record && record.type === 'message' && !keepsAll) expect(calls).toContain(record.callId)
    }
    sessionTree(records)
  }
}

/** Bytes of a log that were changed, cut out, or doubled, and lines in another order. */
const spoiled = fc
  .tuple(
    fc.constantFrom(...names),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(400)), { maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }),
  )
  .map(([name, changes, cuts, swaps]) => ({ name, changes, cuts, swaps }))

test('a spoiled log gives whole records, by its own kind and by every other', async () => {
  const bytes = new Map(await Promise.all(names.map(async (name) => [name, await readFile(sample(name))] as const)))
  const path = join(await temporaryFolder(), 'log.jsonl')
  await fc.assert(
    fc.asyncProperty(spoiled, fc.constantFrom('auto' as const, ...logKinds), async (damage, from) => {
      const { name, changes, cuts, swaps } = damage
      const lines = (bytes.get(name) ?? Buffer.alloc(0)).toString('latin1').split('\n')
      for (const [one, other] of swaps) {
        const [a, b] = [one % lines.length, other % lines.length]
        ;[lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? '']
      }
      let log = Buffer.from(lines.join('\n'), 'latin1')
      for (const [at, byte] of changes) log[at % log.length] = byte
      for (const [at, length] of cuts) {
        const from = at % (log.length + 1)
        log = Buffer.concat([log.subarray(0, from), log.subarray(from + length)])
      }
      await writeFile(path, log)
      const result = await read(path, { from })
      if (result.is === 'read') expectWhole(result)
    }),
    { numRuns: 300 },
  )
})

/** Lines with the keys the readers look for and anything in them. */
const keys = [
  ...['type', 'id', 'parentId', 'uuid', 'parentUuid', 'logicalParentUuid', 'isSidechain', 'agentId', 'message', 'role'],
  ...[
    'content',
    'payload',
    'timestamp',
    'ts',
    'toolCalls',
    'callId',
    'call_id',
    'name',
    'arguments',
    'output',
    'usage',
  ],
  ...['tool_use_id', 'target', 'targets', 'spilled', 'full', 'summary', 'firstKeptId', 'v', 'model', 'stopReason'],
]
const words = [
  ...[
    'user',
    'assistant',
    'tool',
    'message',
    'session',
    'response_item',
    'function_call',
    'function_call_output',
    'text',
  ],
  ...[
    'tool_use',
    'tool_result',
    'toolResult',
    'toolCall',
    'compaction',
    'leaf',
    'hide',
    'shorten',
    'title',
    'a',
    'b',
    '__proto__',
  ],
  ...[
    'thread_rolled_back',
    'event_msg',
    'compacted',
    'settings',
    'approval',
    'tool_start',
    'imported:title',
    'constructor',
  ],
]
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(...words),
    fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 'x'.repeat(300), '\ud800', '2026-01-01T00:00:00Z', 8.64e15),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 }),
  ),
}))

test('lines that nobody would write give whole records, or none', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl')
  const line = fc.dictionary(fc.constantFrom(...keys), anyValue, { minKeys: 1, maxKeys: 8 })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.constantFrom(...logKinds), async (lines, from) => {
      await writeFile(path, lines.map((one) => `${JSON.stringify(one)}\n`).join(''))
      const result = await read(path, { from })
      if (result.is === 'read') expectWhole(result)
    }),
    { numRuns: 600 },
  )
})

test('bytes of any kind are no log, or give whole records', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl')
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.constantFrom('auto' as const, ...logKinds),
      async (bytes, from) => {
        await writeFile(path, bytes)
        const result = await read(path, { from })
        if (result.is === 'read') expectWhole(result)
      },
    ),
    { numRuns: 200 },
  )
})

test('what is nested deeper than any program reads is left out', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl')
  const deep = '{"a":'.repeat(100_000)
  const call = { type: 'function_call', name: 'x', call_id: 'c', arguments: `${deep}1${'}'.repeat(100_000)}` }
  await writeFile(path, `${JSON.stringify({ type: 'response_item', payload: call })}\n${deep}\n`)
  const result = await read(path)
  expect(result.is).toBe('read')
  if (result.is === 'read') expectWhole(result)
})
