// The front door of the sessions room: what app/ may use of it.
export { type ActId, actOfKey } from './act-keys.ts'
export { AskingAnnouncer, WaitingMark } from './asking.tsx'
export { type BulkActs, createBulkActs } from './bulk-acts.ts'
export { inListOrder } from './groups.ts'
export { createSessionActs, type SessionActs } from './session-acts.ts'
export { SessionsPanel } from './sessions-panel.tsx'
export { createSessions, type Removal, type Sessions } from './sessions-store.ts'
