// Where commands run: behind a seal of guards that were tried. What does the work is read when it is needed, never at a start.
import { ExpectedFailure, failure } from '../../../shared/failure.ts'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { guardName, type Seal } from '../../../shared/seal.ts'
import type { Events, Sandbox, SettingsStore, Surroundings } from '../../contracts.ts'
import type { Jailer, JailerDeps } from './jailer.ts'

export interface SandboxDeps extends Omit<JailerDeps, 'now' | 'personsPath' | 'visibleFolders'> {
  /** A person can be asked natively. */
  hasWindow?: boolean
  settings: Pick<SettingsStore, 'current'>
  events: Pick<Events, 'emit'>
  surroundings: Pick<Surroundings, 'now' | 'environment' | 'log'>
}

export function createSandbox(deps: SandboxDeps): Sandbox {
  const { settings, events, surroundings } = deps
  let seal: Seal = unproven
  let jailer: Promise<Jailer> | null = null
  let proving: Promise<Seal> | null = null
  let isClosed = false
  const closing = new AbortController()
  /** As it was read; what is in the background can be found only when something was started. */
  let opened: Jailer | null = null

  function openJailer(): Promise<Jailer> {
    jailer ??= import('./jailer.ts').then(async (work) => {
      opened = await work.openJailer({
        ...deps,
        now: surroundings.now,
        personsPath: surroundings.environment['PATH'],
        visibleFolders: () => settings.current().visibleFolders,
      })
      return opened
    })
    return jailer
  }

  /** One trial at a time; whoever asks meanwhile gets its answer. */
  function prove(): Promise<Seal> {
    proving ??= (async () => {
      try {
        seal = await (await openJailer()).prove(closing.signal)
      } catch (thrown) {
        surroundings.log(`the guards could not be tried: ${String(thrown)}`)
        seal = { ...unproven, state: 'off', triedAt: surroundings.now().toISOString() }
      }
      proving = null
      events.emit('seal.changed', seal)
      return seal
    })()
    return proving
  }

  /** Only where its processes can be found again and kept from becoming root: that is known of Linux. */
  const mayRunWithout = () =>
    !isClosed &&
    deps.hasWindow === true &&
    deps.platform === 'linux' &&
    settings.current().commandsWithoutSandbox &&
    seal.state === 'off'

  return {
    seal() {
      if (seal.state === 'unproven' && !isClosed) void prove()
      return seal
    },
    lastSeal: () => seal,
    prove: () => prove(),
    async start(request, signal) {
      if (isClosed) throw new ExpectedFailure('unavailable', sandboxWords.start.closed)
      const proven = seal.state === 'unproven' ? await prove() : seal
      if (proven.state !== 'holds') {
        throw new ExpectedFailure('unavailable', [proven.reason, proven.fix].filter(Boolean).join(' '))
      }
      const running = openJailer().then((work) => work.start(request, signal))
      return await running.catch((thrown) => {
        const told = ofThisFile(thrown)
        // It was the jail that failed: what was proven does not count any more.
        if (told instanceof ExpectedFailure && told.failure.detail !== undefined && !isClosed) void prove()
        throw told
      })
    },
    mayRunWithout,
    async startWithout(request, signal) {
      if (isClosed) throw new ExpectedFailure('unavailable', sandboxWords.start.closed)
      const isAllowed = () => mayRunWithout() && request.writable
      if (!isAllowed()) throw new ExpectedFailure('denied', sandboxWords.without.notNow)
      // Whatever comes of it, nothing is tried in another way.
      return await openJailer()
        .then((work) => work.startWithout(request, signal, isAllowed))
        .catch((thrown) => {
          throw ofThisFile(thrown)
        })
    },
    find: (sessionId, handle) => opened?.find(sessionId, handle) ?? null,
    backgroundOf: (sessionId) => opened?.backgroundOf(sessionId) ?? [],
    visibleFolders: async () => await (await openJailer()).visibleFolders(),
    judgeFolder: async (path) => await (await openJailer()).judgeFolder(path),
    async close() {
      isClosed = true
      closing.abort()
      await proving
      await opened?.close()
    },
  }
}

/** What is read late is a file of its own, with an ExpectedFailure of its own, that nobody else knows. */
function ofThisFile(thrown: unknown): unknown {
  const told = failure.safeParse(thrown instanceof Error && 'failure' in thrown ? thrown.failure : null)
  return told.success ? new ExpectedFailure(told.data.code, told.data.message, told.data.detail) : thrown
}

const unproven: Seal = {
  state: 'unproven',
  jail: null,
  guards: guardName.options.map((name) => ({ name, holds: false, why: sandboxWords.doctor.unknown })),
  reason: sandboxWords.off.notProven,
  fix: sandboxWords.fixes.guards,
  triedAt: null,
}
