// The front door of the search room.
import { lazy } from 'react'

export { createSearch, type Search } from './search-store.ts'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const SearchPage = lazy(async () => ({ default: (await import('./search-page.tsx')).SearchPage }))
