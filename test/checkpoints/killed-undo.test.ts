// A process is killed while it changes a folder, takes changes back and does them again: at the next start all of it can be taken back.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { ExpectedFailure } from '../../shared/failure.ts'
import { killWhen } from '../support/killing.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'
import { roomIn, sessionId, treeOf } from './room.ts'

let program: string
beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'change-until-killed.ts'))
  program = built.program
  return built.remove
})

async function heard(output: Readable, words: string): Promise<void> {
  for await (const data of output.iterator({ destroyOnReturn: false })) if (String(data).includes(words)) return
}

/** What is to be there in the end, by run. */
async function journalsIn(folder: string): Promise<{ runId: string; to: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.undo'))
  return await Promise.all(
    names.map(async (name) => ({
      runId: name.slice(0, -'.undo'.length),
      to: String(JSON.parse(await readFile(join(folder, name), 'utf8')).to),
    })),
  )
}

const kills = Number(process.env['KILLS'] ?? 25)

test('slow: killed at any moment, and yet everything can be taken back', async () => {
  const base = await temporaryFolder()
  const { root } = roomIn(base)
  for (const folder of [root, join(base, 'home'), join(root, 'src'), join(root, 'empty')]) await mkdir(folder)
  await writeFile(join(root, 'a.txt'), 'first')
  await writeFile(join(root, 'src/b.txt'), 'second')
  const first = await treeOf(root)
  const met = { interrupted: 0, undoing: 0, halfDone: 0 }
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, [program, base, `life${kill}`], { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    // Every other one in an undo, the rest anywhere.
    const words = kill % 2 === 0 ? 'undoing' : 'begun'
    await Promise.race([heard(child.stdout, words), closed])
    if (kill % 2 === 0) {
      const journals = join(base, 'home', 'checkpoints', sessionId)
      const isUndoing = () => readdirSync(journals).some((name) => name.endsWith('.undo'))
      // Anywhere in it, and not only at its beginning.
      await killWhen(child, () => isUndoing() && Math.random() < 0.5)
    } else {
      await pause(Math.random() * 120)
      child.kill('SIGKILL')
    }
    expect((await closed)[1]).toBe('SIGKILL')
    const left = Object.keys(await treeOf(join(base, 'home')))
    if (left.some((name) => name.endsWith('.undo'))) met.undoing += 1
    if (Object.keys(await treeOf(root)).join() !== Object.keys(first).join()) met.halfDone += 1

    const journals = await journalsIn(join(base, 'home', 'checkpoints', sessionId))
    const { checkpoints, logged } = roomIn(base)
    const runs = await checkpoints.list(sessionId)
    // What was begun is finished, and nothing of it is left lying about.
    for (const { runId, to } of journals) {
      expect(runs.find((run) => run.runId === runId)?.state).toBe(to === 'before' ? 'undone' : 'done')
    }
    expect(await journalsIn(join(base, 'home', 'checkpoints', sessionId))).toEqual([])
    expect(Object.keys(await treeOf(root)).filter((name) => name.includes('.carrel-'))).toEqual([])
    if (runs.some(({ limits }) => limits.join().includes('ended while this was under way'))) met.interrupted += 1
    for (let undone = 0; undone <= runs.length; undone++) {
      const result = await checkpoints.undo(sessionId, null).catch((thrown) => {
        if (thrown instanceof ExpectedFailure && thrown.failure.code === 'not-found') return null
        throw thrown
      })
      if (!result) break
      expect(result.conflicts).toEqual([])
    }
    expect(await treeOf(root)).toEqual(first)
    expect(logged).toEqual([])
    await checkpoints.forget([sessionId])
  }
  console.log(`${kills} kills: ${JSON.stringify(met)}`)
  // Otherwise nothing was ever met half way.
  expect(met.halfDone).toBeGreaterThan(0)
  expect(met.undoing).toBeGreaterThan(0)
}, 120_000)
