// A stand-in for Carrel that starts one command after the other until it is killed.
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
const { signal } = new AbortController()
await sandbox.prove(signal)
process.stdout.write('proven\n')
for (;;) {
  const request = { command: 'exec -a mark-early-crash sleep 60', workspace, writable: true, sessionId: 'early' }
  const running = await sandbox.start(request, signal)
  running.kill()
  await running.ended
}
