// The front door of the settings room: what app/ may use of it.
import { lazy } from 'react'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const SettingsPage = lazy(async () => ({ default: (await import('./settings-page.tsx')).SettingsPage }))
