// Session files that are not as usual: of the oldest form, of a newer version, damaged, or taken away during a run.
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, type Line, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string

beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const fileOf = (sessionId: string, suffix = 'jsonl') => join(home, 'sessions', `${sessionId}.${suffix}`)

async function writeSession(id: string, ...lines: (Line | string)[]): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(fileOf(id), toBytes(...lines))
}

const hello = steps({ content: 'Hello ' }, { gate: 'middle' }, { content: 'world' }, { done: 'stop' })

describe('files that are not as usual', () => {
  const old = [
    { role: 'user', content: 'old question' },
    { role: 'assistant', content: 'old answer' },
  ]

  test('one of the oldest form gets a header with the first new question, and its lines stay', async () => {
    await writeSession('old', ...old)
    const server = await fakeServer({ scenario: steps({ content: 'new answer' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    await carrel.ask('new question', 'old')
    const lines = await linesOf(fileOf('old'))
    expect(lines.slice(0, 2)).toEqual(old)
    expect(lines.slice(2)).toMatchObject([
      { type: 'session', v: 1, id: 'old' },
      { role: 'user', parentId: `v0:${toBytes(old[0] ?? {}).length}` },
      { role: 'assistant', content: 'new answer' },
    ])
    expect((await carrel.messages('old')).map(({ content }) => content)).toEqual([
      'old question',
      'old answer',
      'new question',
      'new answer',
    ])
  })

  test.each([
    ['made by a newer version', toBytes({ ...header, v: 2 }, message('m1', null)), 'denied'],
    ['without a readable record', Buffer.from('\0\0\0rubbish\n'), 'damaged'],
    ['without a byte', Buffer.alloc(0), 'damaged'],
  ])('one %s can be looked at and is never written to', async (_what, bytes, code) => {
    await mkdir(join(home, 'sessions'), { recursive: true })
    await writeFile(fileOf('s1'), bytes)
    await writeFile(
      fileOf('s1', 'draft'),
      JSON.stringify({ answerId: 'a', parentId: 'm1', model: null, content: 'x', thinking: '' }),
    )
    const server = await fakeServer()
    const carrel = await bootCarrel({ home, host: server.url })
    const input = { sessionId: 's1', text: 'two', model: null, think: null, workspace: null }
    expect(refused(await carrel.bridge.call('chat.send', input)).code).toBe(code)
    expect(refused(await carrel.bridge.call('chat.retry', { sessionId: 's1', model: null })).code).toBe(code)
    expect(refused(await carrel.bridge.call('sessions.rename', { sessionId: 's1', title: 'x' })).code).toBe(code)
    const { session } = answered(await carrel.bridge.call('sessions.open', { sessionId: 's1' }))
    expect(session.state).toBe(code === 'damaged' ? 'damaged' : 'readonly')
    expect((await readFile(fileOf('s1'))).equals(bytes)).toBe(true)
    expect(await readdir(join(home, 'sessions'))).toContain('s1.draft')
  })

  test('one that is taken away during a run, with all its folder: the session is written again, whole', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('one')
    await server.waitForGate('middle')
    await rename(join(home, 'sessions'), join(home, 'taken'))
    server.release('middle')
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'stop', error: null })
    expect((await stat(join(home, 'sessions'))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(home, 'sessions'))).toEqual([`${sessionId}.jsonl`])
    const before = await linesOf(join(home, 'taken', `${sessionId}.jsonl`))
    expect((await linesOf(fileOf(sessionId))).slice(0, 2)).toEqual(before)
    expect(carrel.log.filter((line) => line.includes('had gone'))).toEqual([
      `${join(home, 'sessions')} had gone and was made again`,
      `${fileOf(sessionId)} had gone and was written again as a whole`,
    ])
    await carrel.ask('two', sessionId)
    expect((await carrel.messages(sessionId)).map(({ content, stop }) => [content, stop])).toEqual([
      ['one', undefined],
      ['Hello world', 'stop'],
      ['two', undefined],
      ['Hello world', 'stop'],
    ])
  })

  test('one that is deleted by others between two questions does not come back', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'x' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await carrel.ask('one')
    await unlink(fileOf(sessionId))
    const input = { sessionId, text: 'two', model: null, think: null, workspace: null }
    expect(refused(await carrel.bridge.call('chat.send', input)).code).toBe('not-found')
    expect(await readdir(join(home, 'sessions'))).toEqual([])
  })
})
