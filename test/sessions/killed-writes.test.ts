// The slow part: processes that write are killed at random moments, and whatever they had acknowledged must be there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause, setImmediate as tick } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { removeDraft } from '../../electron/services/sessions/answer-draft.ts'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { sessionsFolder } from '../../electron/services/sessions/sessions-folder.ts'
import { createTrash } from '../../electron/services/sessions/trash.ts'
import { skippedBytes } from '../../shared/session.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'

let program: string
let trashing: string
beforeAll(async () => {
  const [appends, trash] = await Promise.all(
    ['append-until-killed.ts', 'trash-until-killed.ts'].map((name) => buildProgram(join(import.meta.dirname, name))),
  )
  program = appends?.program ?? ''
  trashing = trash?.program ?? ''
  return async () => {
    await appends?.remove()
    await trash?.remove()
  }
})

const random = (below: number) => Math.floor(Math.random() * below)
const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function writer(path: string, name: string, work: string) {
  const child = spawn(process.execPath, [program, path, name, work], {
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

async function contentsUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(paths.map((path) => readFile(path, 'utf8')))
}

test('slow: 60 times kill -9 while deleting or restoring: the session is here or there, whole, and never nowhere', async () => {
  const home = join(await temporaryFolder(), 'home')
  const inSessions = (suffix: string) => join(home, 'sessions', `s${suffix}`)
  await mkdir(join(home, 'sessions'), { recursive: true })
  const files = { '.jsonl': 'live', '.jsonl.archived': 'older', '.draft': 'half' }
  for (const [suffix, content] of Object.entries(files)) await writeFile(inSessions(suffix), content)
  const folder = sessionsFolder(home)
  const trash = createTrash(home, folder, () => new Date())
  const seen = new Set<string>()
  for (let kills = 0; kills < 60; kills++) {
    const child = spawn(process.execPath, [trashing, home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    await Promise.race([once(child.stdout, 'data'), closed])
    await pause(random(12))
    child.kill('SIGKILL')
    expect((await closed)[1]).toBe('SIGKILL')

    const kept = await contentsUnder(home)
    for (const content of Object.values(files)) expect(kept).toContain(content)
    const [here, there] = [await folder.filesOf('s'), await trash.list()]
    seen.add(`${here.map(({ suffix }) => suffix).join('+') || 'none'} / ${there.length > 0 ? 'trash' : 'none'}`)
    // A half-made state heals with the next deed, whatever it is.
    if (await folder.findIfThere('s')) await trash.put('s', 'title')
    await removeDraft(folder.draftPathOf('s'))
    await trash.restore('s')
    expect(await readFile(inSessions('.jsonl'), 'utf8')).toBe('live')
  }
  console.log(`states met after a kill (in place / in the trash): ${[...seen].sort().join(', ')}`)
}, 300_000)
