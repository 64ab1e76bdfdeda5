// The format as it is documented: the schema file is made of the code, the examples keep it, and so does what is written.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { writtenRecord } from '../../shared/session-format.ts'
import { lineLimit } from '../../shared/spilled.ts'
import { bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')

test('docs/session-format.schema.json is the schema of the code; `vitest -u` writes it', async () => {
  const schema = z.toJSONSchema(writtenRecord, { io: 'input' })
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(docs, 'session-format.schema.json'))
})

test('the examples of docs/session-format.md have every type and keep the schema', async () => {
  const text = await readFile(join(docs, 'session-format.md'), 'utf8')
  const examples = text.match(/^ {4}\{"type".*$/gm) ?? []
  const filled = examples.map((line): unknown =>
    JSON.parse(
      line
        .replaceAll('0199…', '01990000-0000-7000-8000-000000000000')
        .replaceAll('"ts":"…"', '"ts":"2026-11-25T08:00:00.000Z"')
        .replace(
          '"usage":{…}',
          '"usage":{"promptTokens":1,"outputTokens":1,"contextTokens":2,"numCtx":16384,"loadMs":0,"promptMs":0,"outputMs":0}',
        ),
    ),
  )
  for (const example of filled) expect(writtenRecord.safeParse(example).error, JSON.stringify(example)).toBeUndefined()
  const types = new Set(filled.map((example) => Object(example).type))
  expect([...types].sort()).toEqual([
    'approval',
    'compaction',
    'hide',
    'leaf',
    'message',
    'meta',
    'session',
    'settings',
    'shorten',
    'skill',
    'title',
    'tool_start',
  ])
})

test('everything that is written keeps the schema and its limit', async () => {
  const home = join(await temporaryFolder(), 'home')
  const server = await fakeServer({ scenario: steps({ thinking: 'Hm' }, { content: 'Hello' }, { done: 'stop' }) })
  const carrel = await bootCarrel({ home, host: server.url })
  const { sessionId } = await carrel.ask('One')
  await carrel.app.services.sessions.rename(sessionId, 'A name')
  server.setScenario(steps({ fault: 'emptyTurn' }))
  await carrel.ask('Two', sessionId)
  server.setScenario(steps({ content: 'So far' }, { fault: 'reset' }))
  await carrel.ask('Three', sessionId)
  const lines = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
  expect(lines.length).toBe(8)
  for (const line of lines) {
    expect(writtenRecord.safeParse(line).error, JSON.stringify(line)).toBeUndefined()
    expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThanOrEqual(lineLimit)
  }
})
