// How full the window is, where one writes: what the server counted with the last answer, and the way to what stands in it.
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { lastCount } from '../../shared/context-count.ts'
import { contextWords as words } from '../../shared/messages/context.ts'
import type { Chat } from './chat-store.ts'
import { isAtEnd } from './slices.ts'
import './context-chip.css'

export function ContextChip({ chat, onShowPanel }: { chat: Chat; onShowPanel: () => void }) {
  const state = useStore(chat.store)
  const { entries } = state
  const count = useMemo(() => lastCount(entries.flatMap(({ message }) => message ?? [])), [entries])
  // Of a part of a long session, the last answer may not be there.
  if (count === null || !isAtEnd(state)) return null
  const { used, window } = count
  return (
    <button
      type="button"
      className="context-chip num"
      aria-label={words.meterLabel(used, window)}
      title={words.meterHint(used, window)}
      data-state={used > window * 0.75 ? 'full' : undefined}
      onClick={onShowPanel}
    >
      <span className="context-chip-bar" aria-hidden="true">
        <span style={{ inlineSize: `${Math.min(100, (used / window) * 100)}%` }} />
      </span>
      <span className="context-chip-words">{words.meter(used, window)}</span>
    </button>
  )
}
