// Where a call meets the person: what the loop asks before it does anything, and what it tells afterwards.
import type { AskReason } from '../../shared/approval.ts'
import type { CallFailure, ToolEffect } from '../../shared/tool.ts'
import type { ToolCall, ToolOutcome } from '../contracts.ts'

/** A call as it would be done. */
export interface AskedCall {
  call: ToolCall
  effect: ToolEffect
  /** What the tool will get. */
  arguments: Readonly<Record<string, unknown>>
  /** What speaks against doing it unasked: it was guessed at, or the file tools have refused it for now. */
  doubts: readonly Doubt[]
}

export type Doubt = Extract<AskReason, 'repaired' | 'secret' | 'hard-link'>

export type Permit =
  /** Of the record that allows it; null when nothing had to. */
  | { allow: true; approvalId: string | null }
  /** What the model is told. */
  | { allow: false; content: string; failure: CallFailure }

export interface Border {
  /** May wait for the person. A stop meanwhile is a denial: nothing is done. */
  permit(asked: AskedCall, signal: AbortSignal): Promise<Permit>
  /** What was allowed has been done, or has failed. */
  crossed(asked: AskedCall, permit: Permit, outcome: Pick<ToolOutcome, 'isError' | 'detail' | 'failure'>): Promise<void>
}
