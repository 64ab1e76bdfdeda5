// Whether what the server says of the window fits what we asked of it. Where it does not, the model has read less than was sent.
import { loadMsOfReload } from '../../shared/context-count.ts'
import type { Usage } from '../../shared/session.ts'

export interface Sent {
  /** About how many tokens the prompt is, by what was counted of this conversation before. */
  tokens: number
  /** What was counted last of it. */
  before: number
}

export type Mismatch =
  /** A smaller window was loaded. */
  | { kind: 'loaded'; asked: number; found: number }
  /** More was counted than the window has room for. */
  | { kind: 'over'; asked: number; found: number }
  /** Far less was counted than was sent. */
  | { kind: 'cut'; sent: number; found: number }

/**
 * null when they agree, or when nobody can tell. Servers before 2026 leave out of their count what they had read already, so a
 * low count says something only where nothing could have been read: the model was loaded for this answer. And it has to be lower than
 * half of what was to be expected, and than what was counted before: no odd text makes so few tokens of more of the same.
 */
export function contextMismatch(usage: Usage, sent: Sent | null): Mismatch | null {
  const { numCtx, loadedCtx, promptTokens, loadMs } = usage
  if (loadedCtx !== undefined && loadedCtx < numCtx) return { kind: 'loaded', asked: numCtx, found: loadedCtx }
  if (promptTokens > Math.max(numCtx, loadedCtx ?? 0)) return { kind: 'over', asked: numCtx, found: promptTokens }
  if (sent === null || promptTokens <= 0 || loadMs < loadMsOfReload) return null
  const isCut = promptTokens < sent.tokens / 2 && promptTokens < sent.before
  return isCut ? { kind: 'cut', sent: sent.tokens, found: promptTokens } : null
}
