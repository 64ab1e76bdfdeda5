// Who may write to a data folder, decided between real processes.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type LockContent, liveOwner, takeOwnerLock } from '../../electron/services/home/owner-lock.ts'
import { lookAt } from '../../electron/services/home/process-life.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

let folder: string
let contender: string

beforeAll(async () => {
  const { program, remove } = await buildProgram(join(import.meta.dirname, 'contender.ts'))
  contender = program
  return remove
})

beforeEach(async () => {
  folder = await temporaryFolder()
})

const lockPath = () => join(folder, 'owner.lock')
const writeLock = (content: object | string) =>
  writeFile(lockPath(), typeof content === 'string' ? content : JSON.stringify(content))
const readLock = async (): Promise<LockContent> => JSON.parse(await readFile(lockPath(), 'utf8'))

async function agoHeartbeat(seconds: number): Promise<void> {
  const then = new Date(Date.now() - seconds * 1_000)
  await utimes(lockPath(), then, then)
}

/** Takes the lock for this test and gives it back at its end. */
async function take() {
  const answer = await takeOwnerLock(folder, crypto.randomUUID())
  if (answer.held) onTestFinished(() => answer.release())
  return answer
}

interface Contender {
  child: ChildProcess
  says(): Promise<string>
  end(): Promise<void>
}

/** A process that tries once when told to, says `held` or `busy PID`, and keeps what it has until it is ended. */
function startContender(): Contender {
  const child = spawn(process.execPath, [contender, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = once(child, 'exit')
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return {
    child,
    async says() {
      const { value } = await lines.next()
      return String(value)
    },
    async end() {
      child.stdin.end()
      await exited
    },
  }
}

async function startOwner(): Promise<Contender> {
  const owner = startContender()
  expect(await owner.says()).toBe('ready')
  owner.child.stdin?.write('go\n')
  expect(await owner.says()).toBe('held')
  return owner
}

describe('two processes', () => {
  test('the second hears who the first is, and gets the lock when it is given back', async () => {
    const owner = await startOwner()
    expect(await take()).toMatchObject({ held: false, by: { pid: owner.child.pid, host: hostname(), socket: null } })
    expect(await liveOwner(folder)).toMatchObject({ pid: owner.child.pid })
    await owner.end()
    expect(await readdir(folder)).toEqual([])
    expect(await liveOwner(folder)).toBeNull()
    expect(await take()).toMatchObject({ held: true })
    expect((await readLock()).pid).toBe(process.pid)
  })

  test('the lock of a killed one is free at once, and nothing is left beside it', async () => {
    const owner = await startOwner()
    owner.child.kill('SIGKILL')
    await once(owner.child, 'exit')
    const begun = performance.now()
    expect(await take()).toMatchObject({ held: true })
    expect(performance.now() - begun).toBeLessThan(1_000)
    expect(await readdir(folder)).toEqual(['owner.lock'])
  })

  test.skipIf(process.platform !== 'linux')('a killed one that nobody has buried is dead all the same', async () => {
    // The shell starts a child and becomes `sleep`, which never asks how the child ended.
    const shell = spawn('sh', ['-c', 'sh -c "read line" <&3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    })
    onTestFinished(() => {
      shell.kill('SIGKILL')
    })
    const [said] = await once(shell.stdio[1] ?? shell, 'data')
    const pid = Number(String(said))
    await waitFor('sleep', async () => (await readFile(`/proc/${shell.pid}/comm`, 'utf8')) === 'sleep\n')
    const end = shell.stdio[3]
    if (end && 'end' in end) end.end('\n')
    await waitFor('a corpse', async () => / Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')))
    expect(await lookAt(pid)).toEqual({ exists: false, startTime: null })
    await writeLock({ pid, startTime: null, host: hostname(), nonce: 'n', socket: null })
    expect(await take()).toMatchObject({ held: true })
  })
})

describe('a lock that lies there', () => {
  const mine = async () => ({
    pid: process.pid,
    ...(await lookAt(process.pid)),
    host: hostname(),
    nonce: 'n',
    socket: null,
  })

  test('of a living process holds, however old its heartbeat is', async () => {
    await writeLock(await mine())
    await agoHeartbeat(3_600)
    expect(await take()).toMatchObject({ held: false, by: { nonce: 'n' } })
  })

  test('of a process that has our number and another start is stale at once', async () => {
    await writeLock({ ...(await mine()), startTime: 'some other time' })
    expect(await take()).toMatchObject({ held: true })
  })

  test('of another machine holds for half a minute after its last heartbeat', async () => {
    await writeLock({ ...(await mine()), host: 'another-machine', pid: 1 })
    await agoHeartbeat(25)
    expect(await take()).toMatchObject({ held: false, by: { host: 'another-machine' } })
    await agoHeartbeat(31)
    expect(await take()).toMatchObject({ held: true })
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"pid":'],
    ['other JSON', '[1]'],
  ])('with %s in it holds while it is fresh and never longer', async (_what, text) => {
    await writeLock(text)
    expect(await take()).toEqual({ held: false, by: null })
    await agoHeartbeat(31)
    expect(await take()).toMatchObject({ held: true })
  })

  test('is taken over although a process died while it was taking it over', async () => {
    const dead = { pid: 2 ** 22 + 1, startTime: 'never', host: hostname(), socket: null }
    const text = JSON.stringify({ ...dead, nonce: 'first' })
    await writeLock(text)
    const claim = `owner.lock.stale-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
    await writeFile(join(folder, claim), JSON.stringify({ ...dead, nonce: 'second' }))
    expect(await take()).toMatchObject({ held: true })
    expect(await readdir(folder)).toEqual(['owner.lock'])
  })

  test('is given back only by the one whose it is', async () => {
    const answer = await takeOwnerLock(folder, 'ours')
    await writeLock({ ...(await mine()), nonce: 'theirs' })
    if (answer.held) await answer.release()
    expect((await readLock()).nonce).toBe('theirs')
  })

  test('that is a folder or lies in no folder is an error, not a lock', async () => {
    await mkdir(lockPath())
    await expect(take()).rejects.toThrow('EISDIR')
    await expect(takeOwnerLock(join(folder, 'none'), 'n')).rejects.toThrow('ENOENT')
  })
})

test('of twenty processes that race for a stale lock exactly one becomes the owner, again and again', async () => {
  const contenders = Array.from({ length: 20 }, startContender)
  for (const one of contenders) expect(await one.says()).toBe('ready')
  for (let round = 0; round < 15; round++) {
    await writeLock({ pid: 2 ** 22 + 1, startTime: 'never', host: hostname(), nonce: `stale ${round}`, socket: null })
    for (const { child } of contenders) child.stdin?.write('go\n')
    const said = await Promise.all(contenders.map((one) => one.says()))
    const winner = contenders[said.indexOf('held')]
    expect(
      said.filter((one) => one === 'held'),
      `round ${round}: ${said.join(', ')}`,
    ).toHaveLength(1)
    expect(said.filter((one) => one === `busy ${winner?.child.pid}`)).toHaveLength(19)
    for (const { child } of contenders) child.stdin?.write('back\n')
    for (const one of contenders) expect(await one.says()).toBe('back')
    expect(await readdir(folder)).toEqual([])
  }
  await Promise.all(contenders.map((one) => one.end()))
}, 60_000)
