// Where a session comes from, when it was made of another one: a quiet line before its first message.
import { useEffect, useState } from 'react'
import { replayWords } from '../../shared/messages/replay.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { ReplayState } from '../../shared/replay.ts'
import { Icon } from '../ui/icon.tsx'
import type { Chat, ChatState, OtherTitle } from './chat-store.ts'

export function Origin(props: {
  chat: Chat
  origin: NonNullable<ChatState['origin']>
  sessionId: string
  replay: ReplayState | null
}) {
  const { chat, origin } = props
  const [found, setFound] = useState<OtherTitle | null>(null)
  const isRepaired = origin.entryId === null && /\.repaired(-|$)/.test(props.sessionId)
  const { replay } = props
  const forked = isRepaired ? words.origin.repaired : words.origin.forked
  const say = replay ? { from: replayWords.of, gone: replayWords.gone } : forked
  useEffect(() => chat.watchTitle(origin.sessionId, setFound), [chat, origin.sessionId])
  const open = () => {
    void chat.open(origin.sessionId)
    chat.focusComposer()
  }
  if (found === null) return null
  return (
    <p className={replay ? 'origin origin--replay' : 'origin'}>
      <Icon name={replay ? 'again' : isRepaired ? 'copy' : 'fork'} />
      {found === 'gone' ? (
        <span>{say.gone}</span>
      ) : (
        <span className="cut">
          {say.from}
          <button type="button" className="link" dir="auto" onClick={open}>
            {found === 'unknown' ? words.origin.another : words.origin.title(found.title)}
          </button>
        </span>
      )}
      {replay && <span className="num">{replayWords.facts(replay)}</span>}
      {replay && found !== 'gone' && (
        <button type="button" className="link" onClick={() => chat.showSideBySide(props.sessionId)}>
          {replayWords.sideBySide}
        </button>
      )}
    </p>
  )
}
