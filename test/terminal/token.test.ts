// A server that wants a token, from the command line: the variable counts for the server that is named, and is said nowhere.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { createTestKeyring } from '../support/keyring.ts'
import { fakeServer } from '../support/server.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

const token = 'tk-0123456789abcdef'
let removeTerminal: () => Promise<void>
let home: string

beforeAll(async () => {
  removeTerminal = await buildTerminal()
})
afterAll(() => removeTerminal())
beforeEach(async () => {
  home = await temporaryFolder()
})

const carrel = (environment: Record<string, string>, ...words: string[]) =>
  runTerminal({ arguments: ['--home', home, ...words], environment })

describe('CARREL_OLLAMA_TOKEN', () => {
  test('goes to the server that was named, and ends in no file and no output', async () => {
    const server = await fakeServer({ token })
    const environment = { CARREL_OLLAMA_TOKEN: token }
    const ended = [
      await carrel(environment, '--host', server.url, 'run', 'Hello'),
      await carrel(environment, '--host', server.url, 'models', 'list', '--json'),
      await carrel({ ...environment, OLLAMA_HOST: server.url }, 'doctor', '--json'),
    ]
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(ended[2]?.out).toContain('with a token')
    expect(ended.map(({ out, error }) => out + error).join()).not.toContain(token)
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain(token)
  })

  test('missing, or wrong: a sentence with the next step, and no answer', async () => {
    const server = await fakeServer({ token })
    const without = await carrel({}, '--host', server.url, 'run', 'Hello')
    expect([without.code, without.error]).toEqual([1, expect.stringContaining(failures.tokenWanted(server.url))])
    const wrong = await carrel({ CARREL_OLLAMA_TOKEN: 'wrong' }, '--host', server.url, 'run', 'Hello')
    expect([wrong.code, wrong.error]).toEqual([1, expect.stringContaining(failures.tokenRefused(server.url))])
    const plain = await carrel({ CARREL_OLLAMA_TOKEN: token }, '--host', 'http://192.0.2.7', 'run', 'Hello')
    expect([plain.code, plain.error]).toEqual([
      1,
      expect.stringContaining(failures.tokenOverPlainHttp('http://192.0.2.7')),
    ])
  })

  test('beside an open window the window’s own counts, and neither is handed to the other', async () => {
    const server = await fakeServer({ token })
    const keyring = createTestKeyring()
    const window = await bootCarrel({ home, host: null, surface: windowOf(), keyring })
    answered(await window.bridge.call('servers.keep', { address: server.url, name: null, before: null }))
    const given = { address: server.url, token, onlyThisRun: false }
    answered(await window.bridge.call('window.setServerToken', given))
    const own = 'tk-of-the-terminal'
    const ended = await carrel({ CARREL_OLLAMA_TOKEN: own }, '--host', server.url, 'run', '--json', 'Hello')
    expect([ended.code, ended.error]).toEqual([0, ''])
    const sent = new Set(server.chatRequests().map(({ headers }) => headers.authorization))
    expect(sent).toEqual(new Set([`Bearer ${token}`]))
    expect(ended.out).not.toContain(token)
    expect(JSON.stringify(window.pushes) + window.log.join()).not.toContain(own)
    await window.app.close()
    // Without the window nothing opens what it has kept.
    const alone = await carrel({}, '--host', server.url, 'run', 'Hello')
    expect([alone.code, alone.error]).toEqual([1, expect.stringContaining(failures.tokenLocked(server.url))])
  })
})
