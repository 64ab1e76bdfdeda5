// The front door of the activity room.
import { lazy } from 'react'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const ActivityPage = lazy(async () => ({ default: (await import('./activity-page.tsx')).ActivityPage }))
