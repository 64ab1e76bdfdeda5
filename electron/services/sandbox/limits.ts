// What a command may use, unless the request says otherwise.
import type { CommandRequest } from '../../contracts.ts'
import type { Limits } from './jail.ts'

const mostWallMs = 600_000
const mebibyte = 1 << 20

const usual: Limits = {
  wallMs: 120_000,
  cpuSeconds: 120,
  outputBytes: mebibyte,
  dataBytes: 2_048 * mebibyte,
  memoryBytes: 2_048 * mebibyte,
  fileBytes: 512 * mebibyte,
  processes: 256,
  openFiles: 1_024,
  growthBytes: 2_048 * mebibyte,
  growthFiles: 200_000,
}

/** A server for an hour writes more than a command that is waited for, and works longer. */
const inBackground: Partial<Limits> = { wallMs: 3_600_000, cpuSeconds: 3_600, outputBytes: 16 * mebibyte }

/** Commands that are waited for, at a time; and those that may wait for their turn. */
export const atOnce = 2
export const mostWaiting = 100
/** In the background, of all sessions together; and of a session so many that have ended can still be read. */
export const mostInBackground = 4
export const mostEnded = 8
/** The kernel takes no longer argument than 128 KiB. */
export const mostCommandBytes = 120_000
/** Protected names that are held open for one command, those nearest to the root first; the others are only watched. */
export const mostHeld = 128
/** Names that look like secrets; where there are more, no command runs. */
export const mostMasked = 500

export function limitsFor(
  request: Pick<CommandRequest, 'wallMs' | 'background'>,
  changed: Partial<Limits> = {},
): Limits {
  const limits = { ...usual, ...(request.background ? inBackground : {}), ...changed }
  const most = request.background ? limits.wallMs : mostWallMs
  return { ...limits, wallMs: Math.max(1, Math.min(request.wallMs ?? limits.wallMs, most)) }
}
