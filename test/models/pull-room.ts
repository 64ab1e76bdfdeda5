// Sets up the pulls of a test: a real folder, a real way to a fake server, pauses that the test sees, and every push kept.
import { onTestFinished } from 'vitest'
import type { AppEvents } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { openHome } from '../../electron/services/home/home.ts'
import type { DiskRoom } from '../../electron/services/models/pulls/disk-room.ts'
import type { PullSilence } from '../../electron/services/models/pulls/pull-stream.ts'
import { createPulls, type PullsDependencies } from '../../electron/services/models/pulls/pulls.ts'
import type { Pull } from '../../shared/pulls.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

export interface PullRoomOptions {
  url: string
  /** Absolute path of the data folder; a new one unless told. */
  path?: string
  follows?: boolean
  freeBytes?: number | null
  pause?: PullsDependencies['pause']
  silence?: PullSilence
  bearerFor?: PullsDependencies['bearerFor']
}

const surroundings = (log: (line: string) => void) => ({
  now: () => new Date(),
  newId: () => crypto.randomUUID(),
  environment: {},
  appVersion: '0.0.0',
  log,
})

/** As one start of Carrel; closed when the test ends, if the test has not done so. */
export async function openPullRoom({ url, freeBytes = null, ...options }: PullRoomOptions) {
  const path = options.path ?? (await temporaryFolder())
  const log: string[] = []
  const events = createEventBus<AppEvents>((name, thrown) => {
    throw new Error(`A listener of ${name} threw: ${String(thrown)}`)
  })
  const home = await openHome(
    path,
    'owner',
    surroundings((line) => log.push(line)),
  )
  const pushed: Pull[][] = []
  events.on('pulls.changed', ({ pulls }) => pushed.push(pulls))
  const refreshed: string[] = []
  const noted: string[] = []
  const state = {
    host: url,
    chosenBy: 'setting',
    status: 'ready',
    version: null,
    models: [],
    failure: null,
    checkedAt: null,
  } as const
  const current = () => ({ ...state, models: [] })
  const diskRoom: DiskRoom = async () => ({
    isThisMachine: freeBytes !== null,
    folder: freeBytes === null ? null : '/models',
    freeBytes,
    memoryBytes: null,
  })
  const pulls = createPulls({
    home,
    models: {
      current,
      async refresh() {
        refreshed.push(url)
        return current()
      },
    },
    ledger: {
      async add({ what, outcome }) {
        noted.push(`${what} ${outcome}`)
      },
    },
    events,
    surroundings: surroundings((line) => log.push(line)),
    reached: () => undefined,
    bearerFor: options.bearerFor ?? (async () => null),
    diskRoom,
    follows: options.follows ?? true,
    // Pauses are over at once, unless a test looks at them.
    pause: options.pause ?? (async () => undefined),
    ...(options.silence && { silence: options.silence }),
  })
  let isClosed = false
  async function close(): Promise<void> {
    if (isClosed) return
    isClosed = true
    await pulls.close()
    await home.close()
  }
  onTestFinished(close)
  return {
    pulls,
    path,
    log,
    pushed,
    refreshed,
    noted,
    close,
    /** The one of this model, as soon as it is in this state. */
    async waitUntil(model: string, what: Pull['state'] | ((pull: Pull) => boolean)): Promise<Pull> {
      const isIt = typeof what === 'string' ? ({ state }: Pull) => state === what : what
      return await waitFor(`${model} to be ${String(what)}; it was ${JSON.stringify(pushed.at(-1))}`, async () =>
        (await pulls.list()).find((pull) => pull.model === model && isIt(pull)),
      )
    },
  }
}
