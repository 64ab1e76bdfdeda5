// Writes that the system cuts short at any byte: what was torn is one bad line, and the record comes whole when asked again.
import { execFileSync, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { skippedBytes } from '../../shared/session.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'

/** Linux lets the size of a process's files be limited from outside, to the byte. */
const canLimit = process.platform === 'linux' && isThere()

function isThere(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let program: string
beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'append-to-order.ts'))
  program = built.program
  return built.remove
})

test.skipIf(!canLimit)(
  'a write that is cut short at any byte',
  async () => {
    const path = join(await temporaryFolder(), 's.jsonl')
    const child = spawn(process.execPath, [program, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => String((await lines.next()).value)
    const limit = (bytes: number | 'unlimited') =>
      execFileSync('prlimit', [`--pid=${child.pid}`, `--fsize=${bytes}:unlimited`])
    const append = async (id: string) => {
      child.stdin.write(`${id}\n`)
      return await next()
    }

    expect(await next()).toBe('open')
    expect(await append('first')).toBe('done')
    const acknowledged = ['short', 'first']
    const lineLength = Buffer.byteLength((await readFile(path, 'utf8')).split('\n')[1] ?? '')
    for (let cut = 0; cut <= lineLength + 1; cut += cut < 4 || cut > lineLength - 4 ? 1 : 7) {
      const id = `c${String(cut).padStart(4, '0')}`
      const before = await readFile(path)
      const earlier = readLog(before).diagnostics
      limit(before.length + cut)
      const ended = await append(id)
      const after = await readFile(path)
      expect(after.subarray(0, before.length).equals(before)).toBe(true)
      expect([ended, after.length - before.length], id).toEqual([
        cut > lineLength ? 'done' : 'internal',
        Math.min(cut, lineLength + 1),
      ])
      limit('unlimited')
      if (ended !== 'done') expect(await append(id)).toBe('done')
      acknowledged.push(id)
      const { records, diagnostics, endsWithNewline } = readLog(await readFile(path))
      expect(records.map((record) => record.id)).toEqual(acknowledged)
      expect(endsWithNewline).toBe(true)
      // A line that lacks only its newline is whole; it is then written twice, and counts once.
      expect(diagnostics.length - earlier.length).toBe(cut > 0 && cut <= lineLength ? 1 : 0)
      expect(skippedBytes(diagnostics) - skippedBytes(earlier)).toBe(cut < lineLength ? cut : 0)
    }
  },
  60_000,
)
