/** Tokens of a window that are kept free for the answer: no more are asked for, and no prompt may need them. */
export function outputRoom(numCtx: number): number {
  return Math.max(1_024, Math.floor(numCtx / 4))
}
