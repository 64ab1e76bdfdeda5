// The front door of the tour.
import { lazy } from 'react'

/** Loaded with the first session that is a tour. */
export const TourGuide = lazy(async () => ({ default: (await import('./tour-guide.tsx')).TourGuide }))
export const ScriptChip = lazy(async () => ({ default: (await import('./tour-guide.tsx')).ScriptChip }))
