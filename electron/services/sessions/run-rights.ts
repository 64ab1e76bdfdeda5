// What a run may do: which tools it is offered, what is kept of its changes, and who is asked.
import { defaultMode, type SessionMode, sessionMode } from '../../../shared/approval.ts'
import type { Seal } from '../../../shared/seal.ts'
import type { TreeRecord } from '../../../shared/session.ts'
import type { ToolEffect } from '../../../shared/tool.ts'
import type { Checkpoints, Ledger, Policy, Sandbox, Surroundings, ToolSession } from '../../contracts.ts'
import { type BorderRun, createBorder, type SessionBorder } from './session-border.ts'

export interface RightsServices {
  policy: Policy
  sandbox: Sandbox
  ledger: Ledger
  checkpoints: Checkpoints
  surroundings: Pick<Surroundings, 'now' | 'log'>
}

export interface RightsOf {
  sessionId: string
  runId: string
  /** The question. */
  entryId: string
  mode(): SessionMode
  /** Effects that a flag of the terminal has allowed. */
  allowed: readonly ToolEffect[]
  canAsk: boolean
}

/** The mode that was chosen last on the way. */
export function modeOn(path: readonly TreeRecord[]): SessionMode {
  const chosen = path.findLast((record) => record.type === 'settings' && 'mode' in record)
  return sessionMode.safeParse({ mode: null, ...chosen }.mode).data ?? defaultMode
}

/** What is not possible is not offered either: a model that is shown a tool calls it. */
export function effectsIn(mode: SessionMode, seal: Seal): readonly ToolEffect[] {
  const inFolder: ToolEffect[] = mode === 'read-only' ? ['read'] : ['read', 'write']
  const commands: ToolEffect[] = seal.state === 'off' ? [] : ['execute']
  return [...inFolder, ...commands, ...(mode === 'read-only' ? [] : (['network'] as const))]
}

/** Before the first change a checkpoint is begun: what cannot be kept is not changed. */
export function toolSessionOf({ checkpoints, surroundings }: RightsServices, run: RightsOf, folder: () => string) {
  const { sessionId, runId, entryId } = run
  let begun: Promise<void> | null = null
  const begin = () => {
    begun ??= checkpoints.begin({ sessionId, runId, entryId, workspace: folder() })
    return begun
  }
  const session: ToolSession = {
    id: sessionId,
    mayWrite: () => run.mode() !== 'read-only',
    async willWrite(path) {
      await begin()
      await checkpoints.willWrite(runId, path)
    },
    async willRun(signal) {
      await begin()
      await checkpoints.willRun(runId, signal)
    },
    async hasRun() {
      await checkpoints.hasRun(runId).catch((thrown) => surroundings.log(`after a command: ${String(thrown)}`))
    },
  }
  /** The run is over. */
  const end = async () => {
    if (begun !== null)
      await checkpoints.end(runId).catch((thrown) => surroundings.log(`after a run: ${String(thrown)}`))
  }
  return { session, end }
}

export function borderOf(services: RightsServices, run: RightsOf, folder: string) {
  return (hooks: Pick<BorderRun, 'record' | 'show'>): SessionBorder =>
    createBorder(services, {
      sessionId: run.sessionId,
      folder,
      mode: run.mode,
      allowed: run.allowed,
      canAsk: run.canAsk,
      ...hooks,
    })
}
