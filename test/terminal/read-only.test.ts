// A data folder that this user may not write to, or not even read.
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { checked, listed } from '../support/terminal-shapes.ts'

/** Nobody: a user who owns nothing, for what root may always do. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0
const nowhere = 'http://127.0.0.1:9'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

async function writeSession(name: string, bytes: Buffer): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', name), bytes)
}

describe.skipIf(!isRoot)('a data folder that cannot be written to', () => {
  const asNobody = (host: string, ...words: string[]) =>
    runTerminal({ arguments: ['--home', home, '--host', host, ...words], uid: nobody })

  test('is read, and a question is refused with a sentence before anything is written', async () => {
    const server = await fakeServer()
    await writeSession('s.jsonl', toBytes(header, message('m', null, { content: 'readable' })))
    await chmod(join(home, '..'), 0o755)
    const ended = await asNobody(server.url, 'run', '--json', 'x')
    expect([ended.code, ended.json()]).toEqual([
      4,
      { error: { code: 'denied', message: messages.failures.readOnlyFolder(home) } },
    ])
    expect(server.chatRequests()).toEqual([])
    expect((await asNobody(server.url, 'run', '--session', 's', 'x')).code).toBe(4)
    expect(listed.parse((await asNobody(server.url, 'sessions', 'list', '--json')).json()).sessions).toHaveLength(1)
    expect((await asNobody(server.url, 'sessions', 'show', 's')).out).toContain('readable')
    const doctor = await asNobody(server.url, 'doctor', '--json')
    expect(doctor.code).toBe(1)
    expect(checked.parse(doctor.json()).checks[0]).toMatchObject({ status: 'fail' })
    expect(await readdir(home)).toEqual(['sessions'])
    expect(await readdir(join(home, 'sessions'))).toEqual(['s.jsonl'])
  })

  test('or read is said so', async () => {
    await writeSession('s.jsonl', toBytes(header, message('m', null)))
    await chmod(join(home, '..'), 0o755)
    await chmod(join(home, 'sessions'), 0o700)
    const list = await asNobody(nowhere, 'sessions', 'list', '--json')
    expect([list.code, list.json()]).toEqual([
      4,
      { error: { code: 'denied', message: messages.failures.cannotRead(join(home, 'sessions')) } },
    ])
    const doctor = await asNobody(nowhere, 'doctor', '--json')
    expect(checked.parse(doctor.json()).checks).toContainEqual({
      name: messages.terminal.checks.sessions,
      status: 'fail',
      detail: messages.failures.cannotRead(join(home, 'sessions')),
      fix: null,
    })
  })

  test('a single session that cannot be read is listed as damaged, and the others are there', async () => {
    await writeSession('open.jsonl', toBytes(header, message('m', null)))
    await writeSession('closed.jsonl', toBytes(header, message('m', null)))
    await chmod(join(home, '..'), 0o755)
    await chmod(join(home, 'sessions', 'closed.jsonl'), 0o600)
    const { sessions } = listed.parse((await asNobody(nowhere, 'sessions', 'list', '--json')).json())
    expect(sessions.map(({ id, state }) => [id, state]).sort()).toEqual([
      ['closed', 'damaged'],
      ['open', 'ok'],
    ])
    const shownClosed = await asNobody(nowhere, 'sessions', 'show', 'closed', '--json')
    expect([shownClosed.code, shownClosed.json()]).toMatchObject([4, { error: { code: 'denied' } }])
  })
})
