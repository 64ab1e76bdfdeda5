// Servers that want a token: where it goes, where it never goes, and what is kept of it.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Keyring, Surface } from '../../electron/contracts.ts'
import { send } from '../../electron/services/models/http.ts'
import type { Answer } from '../../shared/failure.ts'
import { failures } from '../../shared/messages/failures.ts'
import { isPlainElsewhere, isToken } from '../../shared/servers.ts'
import { answered, bootCarrel, type Carrel } from '../support/carrel.ts'
import type { FakeOllama } from '../support/fake-ollama.ts'
import { createTestKeyring } from '../support/keyring.ts'
import { fakeServer } from '../support/server.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

const token = 'sk-Geheim_0123456789.abcdef~+/=='
const laptop = 'http://192.0.2.7:11434'

interface Place {
  home?: string
  keyring?: Keyring
  surface?: Partial<Surface>
  flag?: string
  environment?: Record<string, string>
}

async function open({ home, keyring = createTestKeyring(), surface = {}, flag, environment }: Place = {}) {
  return await bootCarrel({
    home: home ?? (await temporaryFolder()),
    host: flag ?? null,
    surface: windowOf(surface),
    keyring,
    ...(environment && { environment }),
  })
}

const keep = async ({ bridge }: Carrel, address: string, before: string | null = null) =>
  answered(await bridge.call('servers.keep', { address, name: null, before })).address
const give = async ({ bridge }: Carrel, address: string, given = token, onlyThisRun = false) =>
  await bridge.call('window.setServerToken', { address, token: given, onlyThisRun })
const list = async ({ bridge }: Carrel) => answered(await bridge.call('servers.list', {})).servers
const stateOf = async (carrel: Carrel, address: string) =>
  (await list(carrel)).find((one) => one.address === address)?.token
const refused = <Value>(answer: Answer<Value>) => {
  if (answer.ok) throw new Error(`It was not refused: ${JSON.stringify(answer.value)}`)
  return answer.failure
}

/** A server that wants the token, on the list, chosen, and with its token kept. */
async function working(fake: FakeOllama, place: Place = {}) {
  const home = place.home ?? (await temporaryFolder())
  const carrel = await open({ ...place, home })
  await keep(carrel, fake.url)
  answered(await give(carrel, fake.url))
  answered(await carrel.bridge.call('settings.update', { host: fake.url }))
  answered(await carrel.bridge.call('models.refresh', {}))
  return { ...carrel, home }
}

async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))
}

const authorizations = (fake: FakeOllama) => fake.requests.map(({ headers }) => headers.authorization)

describe('where a token goes', () => {
  test('with every kind of request to its server', async () => {
    const fake = await fakeServer({ token })
    const carrel = await working(fake)
    const { bridge } = carrel
    expect((await carrel.ask('Hello')).end.stop).toBe('stop')
    const model = 'smollm2:135m'
    answered(await bridge.call('models.show', { model }))
    answered(await bridge.call('models.test', { model }))
    answered(await bridge.call('models.unload', { model }))
    answered(await bridge.call('terminal.removeModel', { model }))
    answered(await bridge.call('pulls.add', { model }))
    await waitFor('the pull', () => carrel.pushed('pulls.changed').at(-1)?.pulls[0]?.state === 'done')
    const asked = new Set(fake.requests.filter(({ status }) => status === 200).map(({ path }) => path))
    for (const path of ['version', 'tags', 'ps', 'show', 'chat', 'generate', 'delete', 'pull'])
      expect(asked).toContain(`/api/${path}`)
    expect(new Set(authorizations(fake))).toEqual(new Set([`Bearer ${token}`]))
  })

  test('to no other server, and behind no redirect', async () => {
    const fake = await fakeServer({ token })
    const other = await fakeServer()
    const carrel = await working(fake)
    await keep(carrel, other.url)
    answered(await carrel.bridge.call('servers.check', { address: other.url }))
    expect(other.requests.length).toBeGreaterThan(0)
    fake.setFault('*', { status: 307, location: `${other.url}/api/version`, body: '' })
    const check = answered(await carrel.bridge.call('servers.check', { address: fake.url }))
    expect(check.status).toBe('not-ollama')
    expect(new Set(authorizations(other))).toEqual(new Set([undefined]))
  })

  test('not to another address than the one it is for, and no other takes its place', async () => {
    const [fake, other] = [await fakeServer(), await fakeServer()]
    const { signal } = new AbortController()
    const way = { host: fake.url, reached: () => undefined, bearerFor: async () => token, signal }
    const headers = { Authorization: 'Bearer of-the-client' }
    for (const { url } of [fake, other]) {
      const { body } = await send(way, { method: 'GET', address: `${url}/api/version`, headers })
      await json(body)
    }
    expect([authorizations(fake), authorizations(other)]).toEqual([[`Bearer ${token}`], [undefined]])
  })

  test('of the variable: to the server that was named beside it, and to none of the settings', async () => {
    const fake = await fakeServer({ token })
    const environment = { CARREL_OLLAMA_TOKEN: token }
    const named = await open({ flag: fake.url, environment })
    expect(answered(await named.bridge.call('models.refresh', {})).status).toBe('ready')
    expect(await stateOf(named, fake.url)).toBe('environment')
    const home = await temporaryFolder()
    await writeFile(join(home, 'settings.json'), JSON.stringify({ host: fake.url }))
    const chosen = await open({ home, environment })
    const state = answered(await chosen.bridge.call('models.refresh', {}))
    expect(state.failure).toMatchObject({ code: 'denied', message: failures.tokenWanted(fake.url) })
    const far = await open({ flag: laptop, environment })
    expect(answered(await far.bridge.call('models.refresh', {})).failure).toMatchObject({
      code: 'denied',
      message: failures.tokenOverPlainHttp(laptop),
    })
  })

  test('over a way that is not encrypted only when the person says so natively', async () => {
    const questions: string[] = []
    let agrees = false
    const carrel = await open({
      surface: {
        async confirmPlainToken(host) {
          questions.push(host)
          return agrees
        },
      },
    })
    await keep(carrel, laptop)
    expect(answered(await give(carrel, laptop))).toEqual({ agreed: false })
    expect(await stateOf(carrel, laptop)).toBe('none')
    agrees = true
    expect(answered(await give(carrel, laptop))).toEqual({ agreed: true })
    expect(await stateOf(carrel, laptop)).toBe('kept')
    expect(questions).toEqual([laptop, laptop])
    expect(await carrel.app.services.servers.bearerFor(laptop)).toBe(token)
    const over = { onlyThisRun: true, mayBePlain: false }
    await expect(carrel.app.services.servers.setToken(laptop, token, over)).rejects.toMatchObject({
      failure: { code: 'denied' },
    })
  })
})

describe('what the server says', () => {
  test('without a token, with a wrong one, and one that repeats what it was sent', async () => {
    const fake = await fakeServer({ token })
    const carrel = await open()
    await keep(carrel, fake.url)
    const check = async () => answered(await carrel.bridge.call('servers.check', { address: fake.url }))
    expect((await check()).failure).toMatchObject({ code: 'denied', message: failures.tokenWanted(fake.url) })
    answered(await give(carrel, fake.url, 'wrong'))
    expect((await check()).failure).toMatchObject({ code: 'denied', message: failures.tokenRefused(fake.url) })
    answered(await give(carrel, fake.url))
    expect(await check()).toMatchObject({ status: 'ready', version: '0.33.0', failure: null })
    fake.setFault('*', { status: 403, body: { error: `no: Bearer ${token}` } })
    const { failure } = await check()
    expect(failure).toMatchObject({ message: failures.tokenRefused(fake.url), detail: '403 no: Bearer …' })
  })
})

describe('what is kept', () => {
  test('nothing anybody could read: in no file, no answer, no push and no line of the log', async () => {
    const fake = await fakeServer({ token })
    const keyring = createTestKeyring()
    const carrel = await working(fake, { keyring })
    const { sessionId } = await carrel.ask('Hello')
    const answers = [
      await carrel.bridge.call('app.state', {}),
      await carrel.bridge.call('servers.list', {}),
      await carrel.bridge.call('ledger.list', {}),
      await carrel.bridge.call('app.check', {}),
      await carrel.bridge.call('activity.list', {}),
      await carrel.bridge.call('sessions.export', { sessionId, format: 'json' }),
      await give(carrel, fake.url, `${token}\n`),
      await carrel.bridge.call('servers.check', { address: fake.url }),
    ]
    const backup = join(await temporaryFolder(), 'all.zip')
    answered(await carrel.bridge.call('terminal.backup', { path: backup, progressId: 'one' }))
    await carrel.app.close()
    const exported = answers.flatMap((answer) =>
      answer.ok && 'base64' in answer.value ? [Buffer.from(answer.value.base64, 'base64').toString('latin1')] : [],
    )
    expect(exported).toHaveLength(1)
    const files = await textsIn(carrel.home)
    expect(files.some((text) => text.includes('"sealed"'))).toBe(true)
    const zip = await readFile(backup, 'latin1')
    expect(zip).toContain('settings.json')
    expect(zip).not.toContain('server-tokens.json')
    const all = [JSON.stringify(answers), JSON.stringify(carrel.pushes), carrel.log.join('\n'), ...exported, ...files]
    for (const secret of [token, Buffer.from(token).toString('base64').slice(0, 30)])
      expect(all.filter((text) => text.includes(secret))).toEqual([])
    // The next start has it again.
    const next = await open({ home: carrel.home, keyring })
    expect(answered(await next.bridge.call('models.refresh', {})).status).toBe('ready')
    expect(await stateOf(next, fake.url)).toBe('kept')
  })

  test('not by a page that writes settings', async () => {
    const carrel = await open()
    const change = { servers: [{ address: 'http://192.0.2.1', name: null }] }
    const answer = await carrel.bridge.call('settings.update', change as never)
    expect(refused(answer).code).toBe('invalid-input')
    expect(refused(await give(carrel, 'http://192.0.2.1')).code).toBe('not-found')
    const elsewhere = await carrel.bridge.call('servers.check', { address: 'http://192.0.2.1' })
    expect(refused(elsewhere).code).toBe('not-found')
  })

  test.for(['missing', 'plain-text'] as const)('with a keyring that is %s only until Carrel is closed', async (why) => {
    const fake = await fakeServer({ token })
    const home = await temporaryFolder()
    const keyring = createTestKeyring(why)
    const carrel = await open({ home, keyring })
    await keep(carrel, fake.url)
    expect(refused(await give(carrel, fake.url))).toMatchObject({
      code: 'denied',
      message: failures.tokenNotKept[why],
    })
    expect(await stateOf(carrel, fake.url)).toBe('none')
    answered(await give(carrel, fake.url, token, true))
    expect(await stateOf(carrel, fake.url)).toBe('this-run')
    expect(answered(await carrel.bridge.call('servers.check', { address: fake.url })).status).toBe('ready')
    await carrel.app.close()
    expect(await readdir(home)).not.toContain('server-tokens.json')
    const next = await open({ home, keyring })
    expect(await stateOf(next, fake.url)).toBe('none')
  })

  test('locked or turned around it is not sent, and the keyring is not asked again and again', async () => {
    const fake = await fakeServer({ token })
    const keyring = createTestKeyring()
    const { home, app } = await working(fake, { keyring })
    await app.close()
    keyring.lock(true)
    const before = keyring.asked()
    const next = await open({ home, keyring })
    for (let looks = 0; looks < 3; looks += 1) {
      const { failure } = answered(await next.bridge.call('models.refresh', {}))
      expect(failure).toMatchObject({ code: 'denied', message: failures.tokenLocked(fake.url) })
    }
    expect(keyring.asked() - before).toBe(1)
    expect(await stateOf(next, fake.url)).toBe('locked')
    keyring.lock(false)
    expect(answered(await next.bridge.call('servers.check', { address: fake.url })).status).toBe('ready')
    await next.app.close()

    const thief = await fakeServer()
    const path = join(home, 'server-tokens.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace(fake.url, thief.url))
    const turned = await open({ home, keyring })
    await keep(turned, thief.url)
    const check = answered(await turned.bridge.call('servers.check', { address: thief.url }))
    expect(check.failure?.message).toBe(failures.tokenLocked(thief.url))
    expect(thief.requests).toEqual([])
  })

  test('a file that cannot be read is kept beside its place', async () => {
    const home = await temporaryFolder()
    await writeFile(join(home, 'server-tokens.json'), '{"servers": 7}')
    const fake = await fakeServer({ token })
    const carrel = await working(fake, { home })
    expect(await stateOf(carrel, fake.url)).toBe('kept')
    expect((await readdir(home)).filter((name) => name.startsWith('server-tokens.broken'))).toHaveLength(1)
    expect(carrel.log).toContain(failures.tokensUnreadable)
  })

  test('what a header does not take is refused with a sentence, and nothing of it is said', async () => {
    const carrel = await open()
    const address = await keep(carrel, '127.0.0.1:9')
    for (const bad of ['a\r\nX-Evil: 1', 'a b', 'ключ', 'a\u0000', '\u007f']) {
      const failure = refused(await give(carrel, address, bad))
      expect(failure).toEqual({ code: 'invalid-input', message: failures.tokenMalformed })
    }
    expect(await stateOf(carrel, address)).toBe('none')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isToken(text)).toBe(text !== '' && [...text].every((one) => one > ' ' && one < '\u007f'))
      }),
    )
  })
})

describe('the list', () => {
  test('added, chosen, changed and removed; a token goes with its address', async () => {
    const fake = await fakeServer({ token })
    const carrel = await working(fake)
    answered(await carrel.bridge.call('servers.keep', { address: fake.url, name: ' Workshop ', before: fake.url }))
    expect(await list(carrel)).toMatchObject([
      { address: 'http://127.0.0.1:11434', isDefault: true, isUsed: false, token: 'none' },
      { address: fake.url, name: 'Workshop', isKept: true, isUsed: true, isPlain: false, token: 'kept' },
    ])
    const moved = `http://localhost:${fake.port}`
    expect(await keep(carrel, `localhost:${fake.port}`, fake.url)).toBe(moved)
    expect(await list(carrel)).toMatchObject([{}, { address: moved, isUsed: true, token: 'none' }])
    expect(await keep(carrel, fake.url)).toBe(fake.url)
    expect(await stateOf(carrel, fake.url)).toBe('none')
    answered(await give(carrel, moved))
    answered(await carrel.bridge.call('servers.remove', { address: moved }))
    expect(await list(carrel)).toMatchObject([{ isDefault: true, isUsed: true }, { address: fake.url }])
    expect(await keep(carrel, moved)).toBe(moved)
    expect(await stateOf(carrel, moved)).toBe('none')
  })

  test('refuses what is no address, what is there, and the default', async () => {
    const carrel = await open()
    await keep(carrel, 'box:1234')
    const wish = async (address: string) =>
      refused(await carrel.bridge.call('servers.keep', { address, name: null, before: null })).message
    expect(await wish('http://me:pw@box')).toContain('is not an address')
    expect(await wish('http://box:1234/')).toBe(failures.serverThere('http://box:1234'))
    expect(await wish('127.0.0.1')).toBe(failures.serverThere('http://127.0.0.1:11434'))
    expect(['https://box', 'http://box', 'http://127.0.0.1:1', 'http://[::1]:1'].map(isPlainElsewhere)).toEqual([
      false,
      true,
      false,
      false,
    ])
  })

  test('shows the one of OLLAMA_HOST as well', async () => {
    const carrel = await open({ environment: { OLLAMA_HOST: 'box' } })
    expect(await list(carrel)).toMatchObject([
      { isDefault: true, isUsed: false },
      { address: 'http://box:11434', isKept: false, isUsed: true, isPlain: true },
    ])
  })
})
