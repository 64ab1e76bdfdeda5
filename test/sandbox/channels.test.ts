// The sandbox behind the one door: what a front asks of it, what it is told, and what a check says.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sandboxWords } from '../../shared/messages/sandbox.ts'
import { guardName } from '../../shared/seal.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

async function carrel(as: 'owner' | 'reader' = 'owner') {
  const base = await temporaryFolder()
  const home = join(base, 'home')
  await mkdir(join(base, 'tools'))
  const environment = { PATH: `${join(base, 'tools')}:/usr/bin:/bin` }
  return { base, ...(await bootCarrel({ home, host: 'http://127.0.0.1:9', as, environment })) }
}

describe.skipIf(process.platform !== 'linux')('a front', () => {
  test('asks for the seal, gets it at once, and is told when the guards were tried', async () => {
    const { bridge, pushed } = await carrel()
    const first = answered(await bridge.call('sandbox.seal', {}))
    expect(first).toMatchObject({ state: 'unproven', reason: sandboxWords.off.notProven })
    await waitFor('the guards to be tried', () => pushed('seal.changed').length > 0)
    const [told] = pushed('seal.changed')
    expect(told).toMatchObject({ state: 'holds', jail: 'bubblewrap' })
    expect(answered(await bridge.call('sandbox.seal', {}))).toEqual(told)
    const again = answered(await bridge.call('sandbox.prove', {}))
    expect(again.guards).toEqual(told?.guards)
    expect(pushed('seal.changed')).toHaveLength(2)
  })

  test('who asks without a folder has no guard tried: nothing could be run', async () => {
    const tried = async (workspace: string | null) => {
      const own = await carrel()
      const { app, bridge } = own
      let count = 0
      app.services.events.on('seal.changed', () => {
        count += 1
      })
      const wish = { sessionId: null, text: 'Hello', model: null, think: null, workspace }
      await own.runEnd(answered(await bridge.call('chat.send', wish)).runId)
      // Ends what is being tried, and waits for it.
      await app.close()
      return count
    }
    expect(await tried(null)).toBe(0)
    expect(await tried(await temporaryFolder())).toBe(1)
  })

  test('sees which folders of the PATH commands can read, and hides one', async () => {
    const { bridge, base } = await carrel()
    const tools = join(base, 'tools')
    expect(answered(await bridge.call('sandbox.folders', {})).folders).toContainEqual({
      path: tools,
      from: 'path',
      hidden: false,
    })
    answered(await bridge.call('sandbox.hideFolder', { folder: tools }))
    expect(answered(await bridge.call('sandbox.folders', {})).folders).toContainEqual({
      path: tools,
      from: 'path',
      hidden: true,
    })
  })

  test('checks, and every guard is one of the checks, also for a reader', async () => {
    const { bridge } = await carrel('reader')
    const { checks } = answered(await bridge.call('app.check', {}))
    const names = guardName.options.map((name) => sandboxWords.doctor.name(sandboxWords.guards[name]))
    expect(checks.filter(({ name }) => names.includes(name))).toEqual(
      guardName.options.map((name, index) => ({
        name: names[index],
        status: 'ok',
        detail: sandboxWords.held[name],
        fix: null,
      })),
    )
  })

  test('in a session whose folder is the data folder no command runs', async () => {
    const { app } = await carrel()
    const request = { command: 'echo ran', workspace: app.services.home.path, writable: true, sessionId: 'session' }
    await expect(app.services.sandbox.start(request, new AbortController().signal)).rejects.toMatchObject({
      failure: { code: 'unavailable' },
    })
  })
})
