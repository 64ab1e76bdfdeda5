// Says in sentences what happens in the open session, for those who listen: never the words of the answer themselves.
import { useStore } from 'zustand'
import type { Chat } from './chat-store.ts'

export function Announcer(props: { chat: Chat }) {
  const announcement = useStore(props.chat.store, (state) => state.announcement)
  return (
    <div className="sr" role="status">
      {announcement}
    </div>
  )
}
