// The front door of the sessions room: what app/ may use of it.
export { SessionsPanel } from './sessions-panel.tsx'
export { createSessions, type Sessions } from './sessions-store.ts'
