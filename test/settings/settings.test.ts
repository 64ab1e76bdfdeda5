// Settings and the desk over real files: what is broken is kept, what is unknown stays, what is bad is said.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { defaultSettings } from '../../shared/settings.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
const host = 'http://127.0.0.1:9'

beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(home)
})

const pathOf = (name: string) => join(home, name)
const settingsOnDisk = async (): Promise<unknown> => JSON.parse(await readFile(pathOf('settings.json'), 'utf8'))
const boot = (as: 'owner' | 'reader' = 'owner') => bootCarrel({ home, host, as })
const stateOf = async ({ bridge }: Awaited<ReturnType<typeof boot>>) => answered(await bridge.call('app.state', {}))

describe('settings.json', () => {
  test('is not made until something is chosen, and holds only what was', async () => {
    const carrel = await boot()
    expect((await stateOf(carrel)).settings).toEqual(defaultSettings)
    expect(await readdir(home)).toEqual(['owner.lock'])
    const next = answered(await carrel.bridge.call('settings.update', { theme: 'dark' }))
    expect(next).toEqual({ ...defaultSettings, theme: 'dark' })
    expect(await settingsOnDisk()).toEqual({ theme: 'dark' })
    expect(carrel.pushed('settings.changed')).toEqual([next])
    await carrel.app.close()
    expect((await stateOf(await boot())).settings).toEqual(next)
  })

  test.each([
    ['half a file', Buffer.from('{"theme":"da')],
    ['no object', Buffer.from('["dark"]')],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['nothing', Buffer.alloc(0)],
  ])('with %s in it is kept byte for byte, said, and replaced by the defaults', async (_what, bytes) => {
    await writeFile(pathOf('settings.json'), bytes)
    const carrel = await boot()
    const { settings, notices } = await stateOf(carrel)
    const [kept] = (await readdir(home)).filter((name) => name.startsWith('settings.broken-'))
    expect(settings).toEqual(defaultSettings)
    expect(notices).toMatchObject([
      { code: 'settings_set_aside', severity: 'warn', message: messages.failures.settingsSetAside(kept ?? '') },
    ])
    expect((await readFile(pathOf(kept ?? ''))).equals(bytes)).toBe(true)
    answered(await carrel.bridge.call('settings.update', { theme: 'light' }))
    expect((await readFile(pathOf(kept ?? ''))).equals(bytes)).toBe(true)
  })

  test('that is broken is left alone by a reader, who says so', async () => {
    await writeFile(pathOf('settings.json'), '{')
    const { notices } = await stateOf(await boot('reader'))
    expect(notices).toMatchObject([{ message: messages.failures.settingsUnreadable }])
    expect(await readdir(home)).toEqual(['settings.json'])
  })

  test('with one bad value costs that value only, and the value stays until it is changed', async () => {
    const written = { theme: 'sepia', textSize: 120, model: 'qwen3:0.6b', later: { deep: [1] } }
    await writeFile(pathOf('settings.json'), JSON.stringify(written))
    const carrel = await boot()
    const { settings, notices } = await stateOf(carrel)
    expect(settings).toEqual({ ...defaultSettings, textSize: 120, model: 'qwen3:0.6b' })
    expect(notices).toMatchObject([{ code: 'settings_partly', message: messages.failures.settingsPartly('theme') }])
    answered(await carrel.bridge.call('settings.update', { textSize: 90 }))
    expect(await settingsOnDisk()).toEqual({ ...written, textSize: 90 })
    answered(await carrel.bridge.call('settings.update', { theme: 'dark' }))
    expect(await settingsOnDisk()).toEqual({ ...written, textSize: 90, theme: 'dark' })
  })

  test('with a byte order mark is read', async () => {
    await writeFile(pathOf('settings.json'), '\uFEFF{"theme":"dark"}')
    expect((await stateOf(await boot())).settings.theme).toBe('dark')
  })

  test('changed from many sides at once holds every change', async () => {
    const carrel = await boot()
    await Promise.all([
      carrel.bridge.call('settings.update', { theme: 'dark' }),
      carrel.bridge.call('settings.update', { textSize: 110 }),
      carrel.bridge.call('settings.update', { model: 'm' }),
    ])
    expect(await settingsOnDisk()).toEqual({ theme: 'dark', textSize: 110, model: 'm' })
    expect((await stateOf(carrel)).settings).toMatchObject({ theme: 'dark', textSize: 110, model: 'm' })
  })

  test('takes no value that is none, and no key it does not know', async () => {
    const { bridge } = await boot()
    expect(refused(await bridge.call('settings.update', { textSize: 20 })).code).toBe('invalid-input')
    expect(refused(await bridge.call('settings.update', JSON.parse('{"colour":"red"}'))).code).toBe('invalid-input')
    expect(refused(await bridge.call('settings.update', JSON.parse('{"__proto__":{"a":1}}'))).code).toBe(
      'invalid-input',
    )
    expect(await readdir(home)).toEqual(['owner.lock'])
  })

  test('that cannot be written is a failure, and what counts stays what was', async () => {
    const carrel = await boot()
    await mkdir(pathOf('settings.json'))
    expect(refused(await carrel.bridge.call('settings.update', { theme: 'dark' })).code).toBe('internal')
    expect((await stateOf(carrel)).settings.theme).toBe('system')
    expect(carrel.pushed('settings.changed')).toEqual([])
  })

  test('is written to the end before the folder is given back', async () => {
    const carrel = await boot()
    const updates = [80, 90, 100, 110].map((textSize) => carrel.bridge.call('settings.update', { textSize }))
    // Each call is on its way when the app is closed.
    await Promise.resolve()
    await carrel.app.close()
    await Promise.all(updates)
    expect(await settingsOnDisk()).toEqual({ textSize: 110 })
  })
})

describe('the desk', () => {
  test('keeps unsent words and the last session over a restart', async () => {
    const first = await boot()
    await first.bridge.call('drafts.write', { key: 'new', text: 'half a thou' })
    await first.bridge.call('drafts.write', { key: '__proto__', text: 'a key like any other' })
    await first.bridge.call('drafts.write', { key: 'gone', text: 'x' })
    await first.bridge.call('drafts.write', { key: 'gone', text: '' })
    await first.bridge.call('window.remember', { lastSessionId: 's1' })
    await first.bridge.call('window.rememberPanel', { isShown: true })
    void first.bridge.call('drafts.write', { key: 'last', text: 'typed while quitting' })
    await first.app.close()
    const { drafts, lastSessionId, isPanelShown } = await stateOf(await boot())
    expect(drafts['new']).toBe('half a thou')
    expect(drafts['last']).toBe('typed while quitting')
    expect(Object.keys(drafts)).not.toContain('gone')
    expect(lastSessionId).toBe('s1')
    expect(isPanelShown).toBe(true)
  })

  test.each([
    ['broken', '{"new":"half', {}],
    ['partly broken', '{"new":"half","old":7}', { new: 'half' }],
  ])('whose file is %s keeps it beside', async (_what, text, expected) => {
    await writeFile(pathOf('drafts.json'), text)
    const carrel = await boot()
    expect((await stateOf(carrel)).drafts).toEqual(expected)
    answered(await carrel.bridge.call('drafts.write', { key: 'other', text: 'y' }))
    const [kept] = (await readdir(home)).filter((name) => name.startsWith('drafts.broken-'))
    expect(await readFile(pathOf(kept ?? ''), 'utf8')).toBe(text)
  })

  test('whose waiting texts are partly broken keeps them beside, and the whole ones', async () => {
    const whole = [{ id: 'i1', text: 'waits', isCorrection: false }]
    const text = JSON.stringify({ s1: whole, s2: [{ id: 'i2' }], s3: 'x' })
    await writeFile(pathOf('queue.json'), text)
    const { app } = await boot()
    const { desk } = app.services.settings
    expect([desk.queue('s1'), desk.queue('s2')]).toEqual([whole, []])
    const [kept] = (await readdir(home)).filter((name) => name.startsWith('queue.broken-'))
    expect(await readFile(pathOf(kept ?? ''), 'utf8')).toBe(text)
    await desk.writeQueue('s4', whole)
    expect(JSON.parse(await readFile(pathOf('queue.json'), 'utf8'))).toEqual({ s1: whole, s4: whole })
  })

  test('that cannot be kept never disturbs', async () => {
    await mkdir(pathOf('drafts.json'))
    const carrel = await boot()
    await mkdir(pathOf('drafts.json'), { recursive: true })
    answered(await carrel.bridge.call('drafts.write', { key: 'new', text: 'x' }))
    const reader = await boot('reader')
    answered(await reader.bridge.call('drafts.write', { key: 'new', text: 'x' }))
    answered(await reader.bridge.call('window.remember', { lastSessionId: 's1' }))
    expect(await readdir(home)).not.toContain('window.json')
  })

  test.each(['{', '{"lastSessionId":7,"place":{"x":1}}', '[]'])('forgets a window file that says %s', async (text) => {
    await writeFile(pathOf('window.json'), text)
    const { app } = await boot()
    expect(app.services.settings.desk.windowPlace()).toBeNull()
    expect(app.services.settings.desk.lastSessionId()).toBeNull()
    const place = { x: -10, y: 5, width: 900, height: 700, maximized: false }
    await app.services.settings.desk.rememberWindow(place)
    await app.close()
    expect((await boot()).app.services.settings.desk.windowPlace()).toEqual(place)
  })
})
