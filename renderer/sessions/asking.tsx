// Sessions that ask while another one is open: said at once to those who listen, and kept in sight when the list is not.
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Approval } from '../../shared/approval.ts'
import { window as words } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import type { Sessions } from './sessions-store.ts'

interface AskingProps {
  sessions: Sessions
  /** The session whose question is on the screen by itself. */
  shownId: string | null
}

/** What is asked elsewhere, the longest waiting first. */
function useAskedElsewhere({ sessions, shownId }: AskingProps): readonly Approval[] {
  const runs = useStore(sessions.store, (state) => state.runs)
  return useMemo(() => {
    const asked = [...runs.values()].flatMap(({ approval }) => (approval ? [approval] : []))
    return asked
      .filter(({ sessionId }) => sessionId !== shownId)
      .sort((one, other) => one.askedAt.localeCompare(other.askedAt))
  }, [runs, shownId])
}

export function AskingAnnouncer(props: AskingProps) {
  const { sessions } = props
  const elsewhere = useAskedElsewhere(props)
  const known = useRef(new Set<string>())
  const [said, setSaid] = useState<{ id: string; sentence: string } | null>(null)
  useEffect(() => {
    const { runs, sessions: listed } = sessions.store.getState()
    for (const { id, sessionId, subject } of elsewhere) {
      if (known.current.has(id)) continue
      const title = listed.find((one) => one.id === sessionId)?.title || words.untitled
      setSaid({ id, sentence: words.sessions.asksNow(title, words.sessions.asks(subject.kind)) })
    }
    // One that was seen is no news when another session is opened.
    known.current = new Set([...runs.values()].flatMap(({ approval }) => (approval ? [approval.id] : [])))
    setSaid((last) => (elsewhere.some(({ id }) => id === last?.id) ? last : null))
  }, [sessions, elsewhere])
  return (
    <div className="sr" aria-live="assertive" aria-atomic="true">
      {said && <p key={said.id}>{said.sentence}</p>}
    </div>
  )
}

export function WaitingMark(props: AskingProps & { onOpen: (sessionId: string) => void }) {
  const elsewhere = useAskedElsewhere(props)
  const [first] = elsewhere
  if (!first) return null
  return (
    <button type="button" className="waiting-mark" onClick={() => props.onOpen(first.sessionId)}>
      <Icon name="waiting" small />
      {words.sessions.waitFor(elsewhere.length)}
    </button>
  )
}
