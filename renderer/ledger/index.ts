// The front door of the ledger room.
import { lazy } from 'react'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const LedgerPage = lazy(async () => ({ default: (await import('./ledger-page.tsx')).LedgerPage }))
