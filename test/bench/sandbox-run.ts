// Measures how long a Stop takes until nothing of a command is left, and `true` as a command of the sandbox, from the request to its end, against `bash -c true` as the same user.
import { spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processesNamed } from '../../electron/services/sandbox/process-watch.ts'
import { createSandbox } from '../../electron/services/sandbox/sandbox.ts'
import { defaultSettings } from '../../shared/settings.ts'
import type { Pair } from './figure.ts'

const [runs] = process.argv.slice(2)
const warmUps = 5
const nobody = 65_534

/** Not the workshop's folder: another user than ours has to get to it. */
const base = await realpath(await mkdtemp(join(tmpdir(), 'carrel-bench-')))
const workspace = join(base, 'workspace')
await mkdir(workspace)
const isRoot = process.getuid?.() === 0
if (isRoot) for (const folder of [base, workspace]) await chown(folder, nobody, nobody)

const sandbox = createSandbox({
  settings: { current: () => defaultSettings },
  events: { emit: () => undefined },
  surroundings: { now: () => new Date(), environment: { PATH: '/usr/bin:/bin' }, log: () => undefined },
  personHome: join(base, 'home'),
  dataFolder: join(base, 'data'),
  platform: process.platform,
  processor: process.arch,
  refusedWorkspace: async () => null,
})
const { signal } = new AbortController()

async function jailed(): Promise<void> {
  const request = { command: 'true', workspace, writable: true, sessionId: 'bench' }
  const { exit } = await (await sandbox.start(request, signal)).ended
  if (exit !== 0) throw new Error('The command did not run.')
}

async function plain(): Promise<void> {
  const child = spawn('/bin/bash', ['-c', 'true'], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  })
  await new Promise((resolve) => child.once('close', resolve))
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** A command that wants to stay, with children that do: from the signal until none of them is there. Milliseconds. */
async function stopped(nth: number): Promise<number> {
  const mark = `bench-stop-${process.pid}-${nth}`
  const stay = `bash -c 'trap "" TERM INT HUP; exec -a ${mark} sleep 60'`
  const command = `trap "" TERM INT HUP; (setsid ${stay} &); ${stay} & echo begun; ${stay}`
  const stop = new AbortController()
  const running = await sandbox.start({ command, workspace, writable: true, sessionId: 'bench' }, stop.signal)
  while ((await processesNamed(mark)).length < 3) await pause(5)
  const begun = performance.now()
  stop.abort()
  await running.ended
  while ((await processesNamed(mark)).length > 0) await pause(1)
  return performance.now() - begun
}

const stops: number[] = []
const pairs: Pair[] = []
if ((await sandbox.prove(signal)).state === 'holds') {
  for (let run = 0; run < warmUps + Number(runs); run += 1) {
    const pair = { own: await timed(jailed), baseline: await timed(plain) }
    if (run >= warmUps) pairs.push(pair)
  }
  for (let run = 0; run < Math.min(11, Number(runs)); run += 1) stops.push(await stopped(run))
}
await sandbox.close()
await rm(base, { recursive: true, force: true })
process.stdout.write(JSON.stringify({ pairs, stops }))
