// What a run may do: which tools it is offered, what is kept of its changes, and who is asked.
import { defaultMode, type SessionMode, sessionMode } from '../../../shared/approval.ts'
import type { Seal } from '../../../shared/seal.ts'
import type { TreeRecord } from '../../../shared/session.ts'
import type { ToolEffect } from '../../../shared/tool.ts'
import type { Ledger, Policy, Sandbox, Surroundings } from '../../contracts.ts'
import { type BorderRun, createBorder, type SessionBorder } from './session-border.ts'

export interface RightsServices {
  policy: Policy
  sandbox: Sandbox
  ledger: Ledger
  surroundings: Pick<Surroundings, 'now' | 'log'>
}

export interface RightsOf {
  sessionId: string
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
