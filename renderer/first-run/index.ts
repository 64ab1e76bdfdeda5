// The front door of the first pages.
import { lazy } from 'react'

/** Loaded when there is no server, no model, or nobody was here before: other starts do not wait for it. */
export const FirstRun = lazy(async () => ({ default: (await import('./first-run.tsx')).FirstRun }))
