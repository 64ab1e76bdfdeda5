// The front door of the importing room.
import { lazy } from 'react'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const ImportPage = lazy(async () => ({ default: (await import('./import-page.tsx')).ImportPage }))
