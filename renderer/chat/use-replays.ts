// The replays of a session, newest first; few sessions have any.
import { useEffect, useState } from 'react'
import type { Chat, NamedSession } from './chat-store.ts'

const none: readonly NamedSession[] = []

export function useReplays(chat: Chat, sessionId: string | null): readonly NamedSession[] {
  const [known, setKnown] = useState<{ of: string; replays: readonly NamedSession[] } | null>(null)
  useEffect(() => {
    if (sessionId === null) return
    return chat.watchReplays(sessionId, (replays) => setKnown({ of: sessionId, replays }))
  }, [chat, sessionId])
  return known !== null && known.of === sessionId ? known.replays : none
}
