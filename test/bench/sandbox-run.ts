// Measures `true` as a command of the sandbox, from the request to its end, against `bash -c true` as the same user.
import { spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const pairs: Pair[] = []
if ((await sandbox.prove(signal)).state === 'holds') {
  for (let run = 0; run < warmUps + Number(runs); run += 1) {
    const pair = { own: await timed(jailed), baseline: await timed(plain) }
    if (run >= warmUps) pairs.push(pair)
  }
}
await sandbox.close()
await rm(base, { recursive: true, force: true })
process.stdout.write(JSON.stringify(pairs))
