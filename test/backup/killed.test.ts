// Processes that restore are killed at moments nobody chose: the folder has the old content or the new one, whole, and loses neither.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { openHome } from '../../electron/services/home/home.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'
import { contentOf, fill } from './room.ts'

let program: string
beforeAll(async () => {
  const [built, remove] = [
    await buildProgram(join(import.meta.dirname, 'exchange-until-killed.ts')),
    await buildTerminal(),
  ]
  program = built.program
  return async () => {
    await built.remove()
    await remove()
  }
})

const random = (below: number) => Math.floor(Math.random() * below)
const surroundings = {
  now: () => new Date(),
  newId: () => crypto.randomUUID(),
  environment: {},
  appVersion: '0',
  log: (line: string) => {
    throw new Error(line)
  },
}

/** Everything of a generation, whatever the folder has beside it. */
function generationOf(content: Record<string, string>): string {
  const theirs = Object.entries(content).filter(([name]) => name.endsWith('.jsonl'))
  const generations = new Set(theirs.map(([, text]) => text))
  expect([...generations]).toHaveLength(1)
  const [generation = ''] = generations
  const names = ['always.jsonl', Number(generation) % 2 === 0 ? 'even.jsonl' : 'odd.jsonl']
  expect(theirs.map(([name]) => name).sort()).toEqual(
    ['', 'sessions/', 'skills/', 'trash/'].flatMap((folder) => names.map((name) => `${folder}${name}`)).sort(),
  )
  return generation
}

test('an exchange of the folder’s content, killed again and again', { timeout: 120_000 }, async () => {
  const home = join(await temporaryFolder(), 'home')
  let next = 0
  let present = -1
  const seen = { begun: 0, undone: 0 }
  for (let round = 0; round < 40; round++) {
    const child = spawn(process.execPath, [program, home, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
    })
    const closed = once(child, 'close')
    const wanted = random(3) === 0 ? 'staged' : 'begun'
    while (!said.includes(`${wanted} ${next}`) && child.exitCode === null) await once(child.stdout, 'data')
    if (random(3) > 0) await pause(random(12))
    child.kill('SIGKILL')
    await closed
    const last = (words: string) => [...said.matchAll(new RegExp(`${words} (\\d+)\n`, 'g'))].at(-1)?.[1]
    // Whoever comes next, also to read only, finds one of the two.
    await (await openHome(home, round % 2 === 0 ? 'reader' : 'owner', surroundings)).close()
    const [staged = -1, done = present, begun = -1] = [last('staged'), last('done'), last('begun')]
    const content = await contentOf(home)
    if (Object.keys(content).some((name) => name.endsWith('.jsonl'))) {
      const found = Number(generationOf(content))
      expect(found).toBeGreaterThanOrEqual(Number(done))
      // Once it was begun it comes, whoever was killed.
      if (Number(begun) >= 0) expect(found).toBeGreaterThanOrEqual(Number(begun))
      if (found > Number(done)) seen.begun++
      else seen.undone++
      present = found
    } else expect(Number(done)).toBe(-1)
    expect(Object.keys(content).filter((name) => name === 'restoring.json')).toEqual([])
    next = Math.max(next, Number(staged) + 1)
    await dropStale(home)
  }
  // Both happened, or the moments say nothing.
  expect(seen.begun).toBeGreaterThan(0)
})

/** What was kept of each generation is whole as well. */
async function dropStale(home: string): Promise<void> {
  for (const name of await readdir(dirname(home))) {
    if (!name.startsWith(`${basename(home)}-before-restore-`)) continue
    generationOf(await contentOf(join(dirname(home), name)))
    await rm(join(dirname(home), name), { recursive: true })
  }
}

test('carrel restore-backup, killed at any moment', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'b.zip')
  const home = join(folder, 'home')
  const source = join(folder, 'source')
  const line = (id: string) =>
    `${JSON.stringify({ type: 'message', id: 'm', parentId: null, ts: null, role: 'user', content: id })}\n`
  const sessions = (name: string) =>
    Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`sessions/${name}${index}.jsonl`, line(`${name}${index}`)]),
    )
  await fill(source, { ...sessions('new'), 'skills/a/SKILL.md': 'x'.repeat(3_000_000) })
  const run = (...words: string[]) => runTerminal({ arguments: words })
  expect((await run('--home', source, 'backup', file)).code).toBe(0)
  await fill(home, { ...sessions('old'), 'drafts.json': '{"new":"unsent"}' })
  const started = performance.now()
  await run('--home', join(folder, 'elsewhere'), 'restore-backup', file)
  const whole = performance.now() - started

  const listed = async () => {
    const ended = await run('--home', home, 'sessions', 'list', '--json')
    const { sessions: all } = ended.json() as { sessions: { id: string; state: string; badLines: number }[] }
    expect(all).toHaveLength(150)
    expect(all.every(({ state, badLines }) => state === 'ok' && badLines === 0)).toBe(true)
    const names = new Set(all.map(({ id }) => id.replace(/\d+$/, '')))
    expect(names.size).toBe(1)
    return [...names][0]
  }
  for (let round = 0; round < 8; round++) {
    const restoring = startTerminal({ arguments: ['--home', home, 'restore-backup', file] })
    await pause(whole * (0.4 + 0.1 * round) * (0.9 + Math.random() * 0.2))
    restoring.child.kill('SIGKILL')
    await restoring.ended
    if ((await listed()) === 'new') {
      // The old is kept; for the next round it comes back by hand, as a person would do it.
      const kept = (await readdir(folder)).filter((name) => name.startsWith('home-before-restore-'))
      expect(kept).toHaveLength(1)
      const content = await contentOf(join(folder, kept[0] ?? ''))
      expect(Object.keys(content).filter((name) => name.startsWith('sessions/old'))).toHaveLength(150)
      expect(content['drafts.json']).toBe('{"new":"unsent"}')
      await rm(join(folder, kept[0] ?? ''), { recursive: true })
      await rm(home, { recursive: true })
      await mkdir(home)
      await fill(home, { ...sessions('old'), 'drafts.json': '{"new":"unsent"}' })
    }
  }
  // The next one that is let be takes away whatever was left.
  await writeFile(join(folder, 'home.restoring-mine'), 'not ours')
  expect((await run('--home', home, 'restore-backup', file)).code).toBe(0)
  expect(await listed()).toBe('new')
  expect((await readdir(folder)).filter((name) => name.includes('.restoring-'))).toEqual(['home.restoring-mine'])
  expect(await readFile(join(home, 'skills/a/SKILL.md'), 'utf8')).toHaveLength(3_000_000)
})

test('a backup that is killed leaves no file of its name; the next one says what is in its way', async () => {
  const folder = await temporaryFolder()
  const home = join(folder, 'home')
  const file = join(folder, 'b.zip')
  await fill(home, { 'skills/a/large': Buffer.alloc(60_000_000, Math.random().toString(36)) })
  const running = startTerminal({ arguments: ['--home', home, 'backup', file] })
  while (!(await readdir(folder)).includes('b.zip.part')) await pause(2)
  running.child.kill('SIGKILL')
  await running.ended
  expect((await readdir(folder)).sort()).toEqual(['b.zip.part', 'home'])
  expect((await runTerminal({ arguments: ['--home', home, 'backup', file] })).code).toBe(4)

  await rm(`${file}.part`)
  const stopped = startTerminal({ arguments: ['--home', home, 'backup', file, '--json'] })
  while (!(await readdir(folder)).includes('b.zip.part')) await pause(2)
  stopped.child.kill('SIGINT')
  expect(await stopped.ended).toMatchObject({ code: 130 })
  expect(await readdir(folder)).toEqual(['home'])
})
