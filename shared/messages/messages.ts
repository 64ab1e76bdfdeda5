// The one message catalogue: all words a person reads, window and terminal alike.
import { activity } from './activity.ts'
import { copies } from './copies.ts'
import { desktop } from './desktop.ts'
import { diagnostics } from './diagnostics.ts'
import { failures } from './failures.ts'
import { terminal } from './terminal.ts'
import { window } from './window.ts'

export const messages = { activity, copies, desktop, diagnostics, failures, terminal, window } as const
