// The front door of the trash room.
import { lazy } from 'react'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const TrashPage = lazy(async () => ({ default: (await import('./trash-page.tsx')).TrashPage }))
export { createTrash, type Trash } from './trash-store.ts'
