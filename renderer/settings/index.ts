// The front door of the settings room: what app/ may use of it.
export { SettingsPage } from './settings-page.tsx'
