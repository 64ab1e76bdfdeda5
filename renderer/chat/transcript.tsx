// The scrolling column of turns. The reader's place in it is theirs.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import type { MarkdownReader } from '../ui/markdown/markdown.tsx'
import type { Chat, ChatState } from './chat-store.ts'
import { groupTurns, type Turn, upTo } from './entries.ts'
import { useFollowEnd } from './follow-end.ts'
import { TurnView } from './turn.tsx'

/** Turns drawn at once when a session opens; older ones follow when the window has nothing else to do. */
const firstTurns = 12
const moreTurns = 24

export function Transcript(props: {
  chat: Chat
  reader: MarkdownReader
  onRetry: (() => void) | null
  onParted: (isParted: boolean) => void
}) {
  const { chat, reader, onParted } = props
  const state = useStore(chat.store)
  const scroller = useRef<HTMLElement>(null)
  const column = useRef<HTMLDivElement>(null)
  const { isAway, isParted, goToEnd } = useFollowEnd(scroller, column)
  const turns = useTurns(state)
  const shownTurns = useGrowing(turns, state.sessionId)

  useLayoutEffect(() => {
    if (state.toEnd > 0) goToEnd()
  }, [state.toEnd, goToEnd])
  useEffect(() => onParted(isParted), [isParted, onParted])

  return (
    <div className="reading">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section ref={scroller} className="transcript scroll" aria-label={words.transcript} tabIndex={0}>
        <div ref={column} className="column">
          <Diagnostics state={state} />
          {shownTurns.map((turn, index) => {
            const isLast = index === shownTurns.length - 1
            return (
              <TurnView
                key={turn.key}
                turn={turn}
                live={isLast ? state.live : null}
                reader={reader}
                isFresh={state.freshEnd === turn.key}
                onRetry={isLast ? props.onRetry : null}
              />
            )
          })}
        </div>
      </section>
      {isAway && (
        <button type="button" className="button jump" onClick={goToEnd}>
          <Icon name="arrowdown" small />
          {words.jumpToLatest}
        </button>
      )}
    </div>
  )
}

/** While a question is answered anew, the answers it had are not shown. */
function useTurns({ entries, live }: ChatState): Turn[] {
  const runParent = live && !live.answered ? live.run.parentId : null
  return useMemo(() => groupTurns(runParent === null ? entries : upTo(entries, runParent)), [entries, runParent])
}

function useGrowing(turns: Turn[], sessionId: string | null): Turn[] {
  const [grown, setGrown] = useState({ sessionId, count: firstTurns })
  const count = grown.sessionId === sessionId ? grown.count : firstTurns
  useEffect(() => {
    if (count >= turns.length) return
    const job = requestIdleCallback(() => setGrown({ sessionId, count: count + moreTurns }), { timeout: 500 })
    return () => cancelIdleCallback(job)
  }, [count, turns.length, sessionId])
  return useMemo(() => turns.slice(-Math.max(count, 1)), [turns, count])
}

function Diagnostics({ state }: { state: ChatState }) {
  const { diagnostics, session } = state
  if (diagnostics.length === 0 || !session) return null
  const detail = diagnostics.map((each) => words.diagnostic(each.message, each.offset)).join('\n')
  return (
    <div className="damage">
      <FailureLine tone="wait" sentence={words.damaged(session.badLines)} detail={detail} detailLabel={words.details} />
    </div>
  )
}
