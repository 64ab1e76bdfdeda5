// Boots the real app for a test: real files in a folder of its own, a real server's address, and every push kept.
import { onTestFinished } from 'vitest'
import { boot } from '../../electron/boot.ts'
import type { Keyring, StartSide, Surface } from '../../electron/contracts.ts'
import type { Answer, Failure } from '../../shared/failure.ts'
import type { Push, PushName, PushPayload } from '../../shared/ipc.ts'
import { waitFor } from './wait.ts'

export interface CarrelOptions {
  home: string
  /** null: as the environment says. */
  host: string | null
  as?: 'owner' | 'reader'
  environment?: Record<string, string>
  /** The window's part, when there is one. */
  surface?: Surface
  /** What keeps secrets; nothing, unless told. */
  keyring?: Keyring
  /** Where bubblewrap is looked for. */
  bubblewrapAt?: readonly string[]
  /** In place of the person's own home folder. */
  personHome?: string
  /** Skills that come with Carrel; none unless told. */
  skillsFolder?: string
  /** How the process of the search index is started; without it there is none. */
  startSide?: StartSide
}

/** Closed when the test ends, if the test has not done so. */
export async function bootCarrel(options: CarrelOptions) {
  const { home, host, as = 'owner', environment = {}, surface, bubblewrapAt, startSide } = options
  const { personHome, skillsFolder, keyring } = options
  const log: string[] = []
  const app = await boot({
    homePath: home,
    flagHost: host,
    as,
    // The same window on every machine.
    environment: { CARREL_MEMORY_BYTES: '0', ...environment },
    surface: surface ?? null,
    ...(bubblewrapAt && { bubblewrapAt }),
    ...(startSide && { startSide }),
    ...(keyring && { keyring }),
    ...(personHome !== undefined && { personHome }),
    ...(skillsFolder !== undefined && { skillsFolder }),
    tourPace: async () => undefined,
    log: (line) => log.push(line),
  })
  onTestFinished(() => app.close())
  const pushes: Push[] = []
  const connection = app.gateway.connect((push) => {
    pushes.push(push)
    if (push.push === 'run.frame') connection.painted()
  })
  const bridge = app.connect()

  return {
    app,
    bridge,
    pushes,
    log,
    pushed<Name extends PushName>(name: Name): PushPayload<Name>[] {
      return pushes.flatMap((one) => (one.push === name ? [one.payload as PushPayload<Name>] : []))
    },
    /** The end of a run, also one that is over already. */
    async runEnd(runId: string, patienceMs?: number): Promise<PushPayload<'run.ended'>> {
      const find = () => this.pushed('run.ended').find((end) => end.runId === runId)
      return await waitFor(`the end of run ${runId}`, find, patienceMs)
    },
    /** Waits until these words have been pushed, in whatever frames. */
    async waitForWords(words: string): Promise<void> {
      const pushed = () => this.pushed('run.frame').map(({ text }) => text)
      await waitFor(`the words “${words}”`, () => pushed().join('').includes(words))
    },
    /** Asks and answers what came of it, without waiting for the answer of the model. */
    async send(text: string, sessionId: string | null = null, model: string | null = null) {
      return answered(await bridge.call('chat.send', { sessionId, text, model, think: null, workspace: null }))
    },
    async ask(text: string, sessionId: string | null = null) {
      const sent = await this.send(text, sessionId)
      return { ...sent, end: await this.runEnd(sent.runId) }
    },
    /** The messages of a session's active path as they lie on the disk. */
    async messages(sessionId: string) {
      const { entries } = answered(await bridge.call('sessions.open', { sessionId }))
      return entries.flatMap((entry) => (entry['type'] === 'message' ? [entry] : []))
    },
  }
}
export type Carrel = Awaited<ReturnType<typeof bootCarrel>>

export function answered<Value>(answer: Answer<Value>): Value {
  if (!answer.ok) throw new Error(`${answer.failure.code}: ${answer.failure.message} ${answer.failure.detail ?? ''}`)
  return answer.value
}

export function refused(answer: Answer<unknown>): Failure {
  if (answer.ok) throw new Error(`An answer where a failure was expected: ${JSON.stringify(answer.value)}`)
  return answer.failure
}
