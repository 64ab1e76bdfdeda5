// Where the open session comes from, when it was imported.
import { useEffect, useState } from 'react'
import type { Chat } from './chat-store.ts'

export type Imported = NonNullable<Awaited<ReturnType<Chat['importedFrom']>>>

export function useImported(chat: Chat, sessionId: string | null): Imported | null {
  const [found, setFound] = useState<{ sessionId: string; imported: Imported | null } | null>(null)
  useEffect(() => {
    if (sessionId === null) return
    let isWanted = true
    void chat.importedFrom(sessionId).then((imported) => isWanted && setFound({ sessionId, imported }))
    return () => {
      isWanted = false
    }
  }, [chat, sessionId])
  return found?.sessionId === sessionId ? found.imported : null
}
