// What the panel says of replays: which session this one replays, or which ones replay it. Here they are found in a long one, too.
import { replayWords as words } from '../../shared/messages/replay.ts'
import type { Chat, ChatState } from './chat-store.ts'
import { Origin } from './origin.tsx'
import { Replays } from './replays.tsx'
import { useReplays } from './use-replays.ts'

export function PanelReplays(props: { chat: Chat; state: ChatState; sessionId: string }) {
  const { chat, sessionId } = props
  const { origin, replay } = props.state
  const replays = useReplays(chat, sessionId)
  if (!(origin && replay) && replays.length === 0) return null
  return (
    <section className="panel-replays">
      <h3>{words.heading}</h3>
      {origin && replay && <Origin chat={chat} origin={origin} sessionId={sessionId} replay={replay} />}
      {replays.length > 0 && <Replays chat={chat} replays={replays} />}
    </section>
  )
}
