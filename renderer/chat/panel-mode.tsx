// How much a session may do unasked. Each mode is a button: what lets more happen is asked natively, never by an arrow key.
import { useState } from 'react'
import { useStore } from 'zustand'
import { type SessionMode, sessionMode } from '../../shared/approval.ts'
import type { Failure } from '../../shared/failure.ts'
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import type { Chat } from './chat-store.ts'

const modeWords = panelWords.mode

export function PanelMode(props: { chat: Chat; isReadOnly: boolean }) {
  const { chat, isReadOnly } = props
  const { mode, session } = useStore(chat.store)
  const { asked, failure, choose } = useModeChange(chat)
  const isArchived = session?.archived === true
  const isFixed = isReadOnly || session?.state !== 'ok' || isArchived
  return (
    <section aria-busy={asked !== null}>
      <h3 id="panel-mode">{modeWords.heading}</h3>
      <ul className="modes" aria-labelledby="panel-mode">
        {sessionMode.options.map((one) => (
          <li key={one}>
            <button
              type="button"
              className="mode"
              aria-pressed={one === mode}
              aria-disabled={isFixed || asked !== null}
              onClick={() => one !== mode && !isFixed && asked === null && choose(one)}
            >
              <span className="menu-mark">{one === mode && <Icon name="check" />}</span>
              <span>
                <span className="mode-name">{modeWords.names[one]}</span>
                <span className="mode-note">{asked === one ? modeWords.asking : modeWords.notes[one]}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {isFixed && <p className="note">{isArchived ? modeWords.notNow.archived : modeWords.notNow.other}</p>}
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />}
    </section>
  )
}

/** Asks for another mode, and says what came of it. */
export function useModeChange(chat: Chat) {
  /** The mode that is asked for just now. */
  const [asked, setAsked] = useState<SessionMode | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const choose = async (mode: SessionMode) => {
    setAsked(mode)
    setFailure(null)
    const failed = await chat.setMode(mode)
    setAsked(null)
    setFailure(failed)
    if (failed) return
    const isNow = chat.store.getState().mode === mode
    chat.announce(isNow ? modeWords.is(modeWords.names[mode]) : modeWords.stays)
  }
  return { asked, failure, choose: (mode: SessionMode) => void choose(mode) }
}
