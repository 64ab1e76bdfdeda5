// The front door of the chat room: what app/ may use of it.
export { ChatPage } from './chat-page.tsx'
export { type Chat, createChat } from './chat-store.ts'
export { newDraft } from './drafts.ts'
