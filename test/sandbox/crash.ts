// A stand-in for Carrel that is killed: starts a command in the background and, as a control, a process of its own, says so, and waits.
import { spawn } from 'node:child_process'
import { createSandbox } from '../../electron/services/sandbox/sandbox.ts'
import { defaultSettings } from '../../shared/settings.ts'

const [workspace = '', base = ''] = process.argv.slice(2)
const sandbox = createSandbox({
  settings: { current: () => defaultSettings },
  events: { emit: () => undefined },
  surroundings: { now: () => new Date(), environment: { PATH: '/usr/bin:/bin' }, log: () => undefined },
  personHome: `${base}/home`,
  dataFolder: `${base}/data`,
  platform: process.platform,
  processor: process.arch,
  refusedWorkspace: async () => null,
})
const command = (mark: string) => `echo ${mark}; exec -a mark-c28-${mark} sleep 60`
const control = spawn('/bin/bash', ['-c', command('control')], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
const request = { command: command('jailed'), workspace, writable: true, sessionId: 'crash', background: true }
const running = await sandbox.start(request, new AbortController().signal)
running.onOutput((text) => process.stdout.write(text))
control.stdout.pipe(process.stdout)
setInterval(() => undefined, 1_000)
