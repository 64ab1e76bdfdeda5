// The slow part: processes that write are killed at random moments, and whatever they had acknowledged must be there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause, setImmediate as tick } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { skippedBytes } from '../../shared/session.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'

let program: string
beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'append-until-killed.ts'))
  program = built.program
  return built.remove
})

const random = (below: number) => Math.floor(Math.random() * below)
const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function writer(path: string, name: string, work: string) {
  // Fewer threads begin sooner; what is measured here is not the speed.
  const child = spawn(process.execPath, ['--v8-pool-size=0', '--no-opt', program, path, name, work], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const waiting: { words: string; go(): void }[] = []
  child.stdout.on('data', (data) => {
    said += data
    for (const { words, go } of waiting) if (said.includes(words)) go()
  })
  return {
    child,
    closed: once(child, 'close'),
    heard: (words: string) => new Promise<void>((go) => waiting.push({ words, go })),
    /** Whole lines only: what was cut off was not said. */
    acknowledged: () =>
      said
        .split('\n')
        .slice(0, -1)
        .join(' ')
        .split(' ')
        .filter((word) => word.startsWith(name)),
  }
}

/** One writer, killed at a moment nobody chose: before it has opened the file, in one of its writes, or between two. */
async function live(path: string, name: string): Promise<string[]> {
  const chance = random(20)
  const writing = writer(path, name, chance === 0 ? 'large' : '')
  if (chance === 19) await pause(random(100))
  else await writing.heard(chance === 0 ? 'large\n' : `${name}-${random(6)}`)
  if (chance === 0) {
    // In the middle of a write for sure: as soon as the file grows.
    const before = sizeOf(path)
    while (sizeOf(path) === before && writing.child.exitCode === null) await tick()
  } else await pause(random(4))
  writing.child.kill('SIGKILL')
  const [, signal] = await writing.closed
  expect(signal).toBe('SIGKILL')
  return writing.acknowledged()
}

test('slow: 1,000 times kill -9 during writes, and every acknowledged record is there', async () => {
  const kills = 1_000
  const folder = await temporaryFolder()
  let lives = 0
  let acknowledged = 0
  let tornLines = 0

  async function check(path: string, known: readonly string[]): Promise<void> {
    const { records, diagnostics } = readLog(await readFile(path))
    const found = records.map(({ id }) => id)
    expect(new Set(found).size).toBe(found.length)
    const there = new Set(found)
    expect(known.filter((id) => !there.has(id))).toEqual([])
    acknowledged += known.length
    if (skippedBytes(diagnostics) > 0) tornLines += diagnostics.length
  }

  /** Each lane goes on in one file, torn as it was left, until that is large enough. */
  async function lane(nth: number): Promise<void> {
    for (let files = 0; lives < kills; files++) {
      const path = join(folder, `${nth}-${files}.jsonl`)
      const known: string[] = []
      for (let here = 0; lives < kills && here < 40 && sizeOf(path) < 12_000_000; here++) {
        known.push(...(await live(path, `life-${lives++}`)))
      }
      await check(path, known)
      await unlink(path)
    }
  }

  const begun = performance.now()
  await Promise.all([0, 1, 2, 3].map(lane))
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
  console.log(`${lives} kills, ${acknowledged} records acknowledged, ${tornLines} torn lines: ${seconds} s`)
  expect(lives).toBe(kills)
  expect(acknowledged).toBeGreaterThan(kills)
  // Otherwise no write was ever met.
  expect(tornLines).toBeGreaterThan(0)
}, 900_000)

test('four processes forced onto one file lose nothing, and write nothing twice', async () => {
  const path = join(await temporaryFolder(), 'shared.jsonl')
  const writers = ['one', 'two', 'three', 'four'].map((name) => writer(path, name, '25'))
  await Promise.all(writers.map(({ closed }) => closed))
  const { records, diagnostics } = readLog(await readFile(path))
  expect(diagnostics).toEqual([])
  const found = records.map(({ id }) => String(id))
  for (const { child, acknowledged } of writers) {
    expect(child.exitCode).toBe(0)
    expect(acknowledged().length).toBeGreaterThanOrEqual(25)
    for (const id of acknowledged()) expect(found.filter((one) => one === id)).toEqual([id])
  }
  expect(found.filter((id) => id === 'killed')).toEqual(['killed'])
  expect(found.length).toBe(1 + writers.flatMap(({ acknowledged }) => acknowledged()).length)
}, 60_000)
