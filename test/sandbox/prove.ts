// Tries the guards where it is started, and prints the seal.
import { homedir, tmpdir } from 'node:os'
import { createSandbox } from '../../electron/services/sandbox/sandbox.ts'
import { defaultSettings } from '../../shared/settings.ts'

const sandbox = createSandbox({
  settings: { current: () => defaultSettings },
  events: { emit: () => undefined },
  surroundings: { now: () => new Date(), environment: process.env, log: () => undefined },
  personHome: homedir(),
  dataFolder: `${tmpdir()}/data`,
  platform: process.platform,
  processor: process.arch,
  refusedWorkspace: async () => null,
})
process.stdout.write(JSON.stringify(await sandbox.prove(new AbortController().signal)))
