// The one message catalogue: all words a person reads, window and terminal alike.
import { activity } from './activity.ts'
import { checkpointWords as changes } from './changes.ts'
import { copies } from './copies.ts'
import { desktop } from './desktop.ts'
import { diagnostics } from './diagnostics.ts'
import { failures } from './failures.ts'
import { notices } from './notices.ts'
import { terminal } from './terminal.ts'
import { window } from './window.ts'

export const messages = {
  activity,
  changes,
  copies,
  desktop,
  diagnostics,
  failures,
  notices,
  terminal,
  window,
} as const
