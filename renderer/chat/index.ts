// The front door of the chat room: what app/ may use of it.
import { lazy } from 'react'

export { ChatPage } from './chat-page.tsx'
export { type Chat, createChat } from './chat-store.ts'
export { newDraft } from './drafts.ts'

/** Loaded when it is called for: the window's first words do not wait for it. */
export const SessionPanel = lazy(async () => ({ default: (await import('./session-panel.tsx')).SessionPanel }))
export { useImported } from './use-imported.ts'
