// `carrel models` and `carrel doctor` as processes: what they print, validated, and how they exit.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { bootCarrel } from '../support/carrel.ts'
import { type FakeOllama, gemma, smol } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { checked, modelsListed } from '../support/terminal-shapes.ts'

const nowhere = 'http://127.0.0.1:9'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const carrel = (...words: string[]) => runTerminal({ arguments: ['--home', home, '--host', nowhere, ...words] })
const on = (server: FakeOllama, ...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', server.url, ...words] })

async function writeSession(name: string, bytes: Buffer): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', name), bytes)
}

describe('models list', () => {
  test('has the shape of the contract', async () => {
    const server = await fakeServer()
    const ended = await on(server, 'models', 'list', '--json')
    const { host, models } = modelsListed.parse(ended.json())
    expect([ended.code, host]).toEqual([0, server.url])
    expect(models.map(({ name, loaded }) => [name, loaded])).toContainEqual([gemma.name, true])
    expect((await on(server, 'models')).out).toContain(gemma.name)
  })

  test('exits 3 when nothing answers', async () => {
    const server = await fakeServer()
    await server.stop()
    const ended = await on(server, 'models', 'list', '--json')
    expect([ended.code, ended.json()]).toEqual([
      3,
      { error: { code: 'unavailable', message: messages.failures.ollamaNotRunning(server.url) } },
    ])
  })
})

describe('doctor', () => {
  const statuses = (json: unknown) =>
    Object.fromEntries(checked.parse(json).checks.map(({ name, status }) => [name, status]))
  const names = messages.terminal.checks

  test('exits 0 when all is well, and makes nothing', async () => {
    const server = await fakeServer()
    const ended = await on(server, 'doctor', '--json')
    expect(ended.code).toBe(0)
    expect(new Set(Object.values(statuses(ended.json())))).toEqual(new Set(['ok']))
    await expect(readdir(home)).rejects.toThrow('ENOENT')
    expect((await on(server, 'doctor')).out.split('\n').length).toBeGreaterThan(7)
  })

  test('takes no folder for a session', async () => {
    const server = await fakeServer()
    await mkdir(join(home, 'sessions', 'folder.jsonl'), { recursive: true })
    const ended = await on(server, 'doctor', '--json')
    expect([ended.code, statuses(ended.json())]).toMatchObject([0, { [names.sessions]: 'ok' }])
  })

  test('exits 1 when no server answers, also when bytes had to be skipped', async () => {
    await writeSession('s.jsonl', toBytes(header, 'rubbish'))
    const ended = await carrel('doctor', '--json')
    expect([ended.code, statuses(ended.json())]).toMatchObject([
      1,
      { [names.server]: 'fail', [names.sessions]: 'warn' },
    ])
  })

  test('exits 6 when bytes had to be skipped anywhere, archived too', async () => {
    const server = await fakeServer()
    await writeSession('s.jsonl.archived', toBytes(header, 'rubbish'))
    const ended = await on(server, 'doctor', '--json')
    expect([ended.code, statuses(ended.json())]).toMatchObject([6, { [names.sessions]: 'warn', [names.server]: 'ok' }])
  })

  test('says who owns the folder, a broken settings file, and a model that is missing', async () => {
    const server = await fakeServer({ models: [smol] })
    await bootCarrel({ home, host: server.url })
    await writeFile(join(home, 'settings.json'), '{')
    const ended = await on(server, 'doctor', '--json')
    const { checks } = checked.parse(ended.json())
    expect(ended.code).toBe(0)
    expect(checks).toContainEqual(expect.objectContaining({ name: names.owner, detail: names.ownerBusy(process.pid) }))
    expect(checks).toContainEqual(expect.objectContaining({ name: names.settings, status: 'warn' }))
    expect(checks).toContainEqual(
      expect.objectContaining({ name: names.model, status: 'warn', fix: names.modelFix(gemma.name) }),
    )
    expect(await readFile(join(home, 'settings.json'), 'utf8')).toBe('{')
  })

  test('knows a model without a tag', async () => {
    const server = await fakeServer({ models: [{ ...smol, name: 'tiny:latest' }] })
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'settings.json'), '{"model":"tiny"}')
    expect(statuses((await on(server, 'doctor', '--json')).json())).toMatchObject({ [names.model]: 'ok' })
  })
})
