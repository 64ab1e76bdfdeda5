// At the session that was replayed: the way to its replays, and to both side by side. A quiet line before its first message.
import { useState } from 'react'
import { replayWords as words } from '../../shared/messages/replay.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import type { Chat, NamedSession } from './chat-store.ts'

/** Who has replayed one session with many models sees the latest first. */
const shownFirst = 3

export function Replays(props: { chat: Chat; replays: readonly NamedSession[] }) {
  const { chat, replays } = props
  const [isAll, setAll] = useState(false)
  const shown = isAll ? replays : replays.slice(0, shownFirst)
  return (
    <div className="origin origin--replays">
      <Icon name="again" />
      <span>{words.replays(replays.length)}</span>
      <ul>
        {shown.map(({ id, title }) => (
          <li key={id}>
            <button type="button" className="link cut" dir="auto" onClick={() => void chat.open(id)}>
              {windowWords.origin.title(title)}
            </button>
            <button
              type="button"
              className="link"
              aria-label={words.sideBySideNamed(title)}
              onClick={() => chat.showSideBySide(id)}
            >
              {words.sideBySide}
            </button>
          </li>
        ))}
        {shown.length < replays.length && (
          <li>
            <button type="button" className="link" onClick={() => setAll(true)}>
              {words.moreReplays(replays.length - shown.length)}
            </button>
          </li>
        )}
      </ul>
    </div>
  )
}
