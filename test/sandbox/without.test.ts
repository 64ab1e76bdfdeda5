// The last wall before a command without a jail: whoever asks for it, it is started only where it may be.
import { expect, test } from 'vitest'
import { createToolboxes } from '../../electron/services/tools/toolboxes.ts'
import { openRoom } from './room.ts'

const never = new AbortController().signal
const nowhere = { bubblewrapAt: ['/nonexistent/bwrap'] }

test('off in the settings, with a seal that holds, without a window, in a folder that is only read: nothing runs', async () => {
  const denied = { failure: { code: 'denied' } }
  const open = async (more: Parameters<typeof openRoom>[0], isOn = true) => {
    const room = await openRoom(more)
    room.settings = { ...room.settings, commandsWithoutSandbox: isOn }
    await room.sandbox.prove(never)
    return room
  }
  const off = await open({ ...nowhere, hasWindow: true }, false)
  await expect(off.sandbox.startWithout(off.request('true'), never)).rejects.toMatchObject(denied)
  const sealed = await open({ hasWindow: true })
  expect(sealed.sandbox.seal().state).toBe('holds')
  await expect(sealed.sandbox.startWithout(sealed.request('true'), never)).rejects.toMatchObject(denied)
  const alone = await open(nowhere)
  await expect(alone.sandbox.startWithout(alone.request('true'), never)).rejects.toMatchObject(denied)
  const elsewhere = await open({ ...nowhere, hasWindow: true, platform: 'darwin' })
  await expect(elsewhere.sandbox.startWithout(elsewhere.request('true'), never)).rejects.toMatchObject(denied)

  const allowed = await open({ ...nowhere, hasWindow: true })
  const reading = allowed.request('true', { writable: false })
  await expect(allowed.sandbox.startWithout(reading, never)).rejects.toMatchObject(denied)
  const running = await allowed.sandbox.startWithout(allowed.request('echo ran'), never)
  expect(running.withoutSandbox).toBe(true)
  expect(await running.ended).toMatchObject({ exit: 0, output: 'ran\n' })
  // The door of every day stays shut.
  await expect(allowed.sandbox.start(allowed.request('true'), never)).rejects.toMatchObject({
    failure: { code: 'unavailable' },
  })
})

test('one that waits for its turn is not run when it is switched off meanwhile', async () => {
  const room = await openRoom({ ...nowhere, hasWindow: true })
  room.settings = { ...room.settings, commandsWithoutSandbox: true }
  await room.sandbox.prove(never)
  const start = (command: string) => room.sandbox.startWithout(room.request(command), never)
  const first = [await start('sleep 300'), await start('sleep 300')]
  const waiting = start('echo ran')
  room.settings = { ...room.settings, commandsWithoutSandbox: false }
  for (const one of first) one.kill()
  await expect(waiting).rejects.toMatchObject({ failure: { code: 'denied' } })
})

test('the leave of a person is for this very command; any other one is not run', async () => {
  const room = await openRoom({ ...nowhere, hasWindow: true })
  room.settings = { ...room.settings, commandsWithoutSandbox: true }
  await room.sandbox.prove(never)
  const tools = createToolboxes({
    home: { path: room.dataFolder },
    surroundings: { now: () => new Date(), environment: {} },
    personHome: room.home,
    platform: process.platform,
    sandbox: room.sandbox,
    web: { fetch: () => Promise.reject(new Error('No page is read here.')) },
    search: { query: () => Promise.reject(new Error('Nothing is searched here.')) },
  })
  const session = { id: 'session', mayWrite: () => true }
  const { toolbox } = await tools.toolboxFor(room.workspace, ['execute'], session)
  const run = (command: string, withoutSandbox?: { command: string }) =>
    toolbox.run('run_command', { command }, never, withoutSandbox && { withoutSandbox })
  expect(await run('echo ran', { command: 'echo ran' })).toMatchObject({
    isError: false,
    detail: { command: { withoutSandbox: true } },
  })
  for (const other of ['echo ran ', 'echo', ''])
    expect(await run('echo ran', { command: other })).toMatchObject({ failure: { code: 'denied' } })
  expect(await run('echo ran')).toMatchObject({ failure: { code: 'unavailable' } })
})

test('limits of output, of time and of a file hold without a jail as well', async () => {
  const room = await openRoom({ ...nowhere, hasWindow: true })
  room.settings = { ...room.settings, commandsWithoutSandbox: true }
  room.limits = { outputBytes: 4_096, fileBytes: 64 << 10 }
  await room.sandbox.prove(never)
  const ended = async (command: string, wallMs = 30_000) =>
    await (await room.sandbox.startWithout(room.request(command, { wallMs }), never)).ended
  expect(await ended('while :; do echo more; done')).toMatchObject({ why: 'output' })
  expect(await ended('while :; do :; done', 200)).toMatchObject({ why: 'wall' })
  expect((await ended('head -c 1000000 /dev/zero > big; stat -c %s big')).output).toContain('65536\n')
})
