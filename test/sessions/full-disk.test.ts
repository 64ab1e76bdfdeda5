// A disk without room: said as such, nothing that was there is hurt, and it goes on when there is room.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { canMount } from '../support/mount.ts'
import { buildProgram } from '../support/program.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'

let program: string

beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'full-disk.ts'))
  program = built.program
  return built.remove
})

const turn = (nth: number, answer: string) => ({
  match: { nth },
  steps: [
    { content: 'Words ', chunk: 'whole' as const },
    { gate: `answer ${nth}` },
    { content: answer, chunk: 'whole' as const },
    { done: 'stop' },
  ],
})
const long = 'of an answer that needs more than one page of the disk '.repeat(400)

test.skipIf(!canMount())('questions and answers on a full disk', async () => {
  const server = await fakeServer({
    scenario: { turns: [turn(1, 'one'), turn(2, long), turn(3, 'three')] },
  })
  const disk = await temporaryFolder()
  const mounted =
    'mount -t tmpfs -o size=512k,mode=0777 tmpfs "$1" && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$2" "$3" "$1" "$4"'
  const child = spawn('unshare', ['-m', 'sh', '-c', mounted, 'sh', disk, process.execPath, program, server.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  /** Lets the disk be changed while the answer stands at its gate, then lets the answer go on. */
  const answer = async (nth: number) => {
    await server.waitForGate(`answer ${nth}`)
    child.stdin.write('go\n')
    expect(await next()).toEqual({ step: 'ready' })
    server.release(`answer ${nth}`)
    return await next()
  }

  expect(await answer(1)).toEqual({ step: 'first', stop: 'stop', error: null })
  const before = ['session', 'first', 'Words one']
  expect(await next()).toEqual({ step: 'full', refused: 'no-space', records: before, bad: expect.any(Number) })
  expect(await next()).toEqual({ step: 'new', refused: 'no-space', sessions: 1 })
  expect(await next()).toEqual({ step: 'settings', refused: 'no-space' })
  expect(await answer(2)).toMatchObject({ step: 'second', stop: 'error', error: { code: 'no-space' } })
  expect(await answer(3)).toEqual({ step: 'third', stop: 'stop', error: null })
  const room = await next()
  expect(room).toMatchObject({ step: 'room' })
  // The answer there was no room for was kept whole and is in its place; what was torn is one bad line each and no more.
  expect(room).toMatchObject({ records: [...before, 'second', `Words ${long}`, 'third', 'Words three'] })
  await exited
})
