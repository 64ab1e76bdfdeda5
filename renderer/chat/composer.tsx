// Where one writes: a text that grows, the model, Send, and Stop where Send was.
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { messageLimit } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Settings } from '../../shared/settings.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import type { Chat } from './chat-store.ts'
import { newDraft } from './drafts.ts'
import { isSendKey } from './send-key.ts'

export interface ComposerProps {
  chat: Chat
  /** The model a message goes to; null lets the main process choose. */
  model: string | null
  sendWith: Settings['sendWith']
  /** Name of the modifier key on this platform. */
  modifier: string
  /** Why nothing can be written here, or null. */
  blocked: ReactNode | null
  picker: ReactNode
}

export function Composer(props: ComposerProps) {
  const { chat, sendWith } = props
  const { sessionId, isSending, sendFailure, live, toComposer } = useStore(chat.store)
  const key = sessionId ?? newDraft
  const [text, setText] = useDraft(chat, key)
  const area = useRef<HTMLTextAreaElement>(null)
  const isRunning = live !== null && live.end === null
  const isBlank = text.trim() === ''
  const isBlocked = props.blocked !== null

  useGrowingHeight(area, text)
  useEffect(() => {
    if (toComposer > 0) area.current?.focus({ preventScroll: true })
  }, [toComposer])

  const send = async () => {
    if (isBlank || isRunning || isSending || isBlocked) return
    if (await chat.send(text, props.model)) setText('', key)
    area.current?.focus({ preventScroll: true })
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void send()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!isSendKey(event.nativeEvent, sendWith)) return
    event.preventDefault()
    void send()
  }

  if (isBlocked) return <div className="composer composer--blocked">{props.blocked}</div>
  return (
    <>
      {sendFailure && (
        <div className="dock-line">
          <FailureLine sentence={sendFailure.message} detail={sendFailure.detail} detailLabel={words.details} urgent />
        </div>
      )}
      <form className="composer" aria-label={words.composer.form} onSubmit={onSubmit}>
        <textarea
          ref={area}
          className="text scroll"
          dir="auto"
          rows={1}
          aria-label={words.composer.label}
          aria-describedby="composer-hint"
          placeholder={isRunning ? words.composer.placeholderRunning : words.composer.placeholder}
          value={text}
          maxLength={messageLimit}
          readOnly={isSending}
          onChange={(event) => setText(event.target.value, key)}
          onKeyDown={onKeyDown}
          onBlur={() => chat.drafts.flush()}
        />
        <div className="controls">
          {props.picker}
          <span id="composer-hint" className="hint">
            {isRunning && !isBlank
              ? words.composer.waits
              : isBlank
                ? ''
                : words.composer.keys(sendWith, props.modifier)}
          </span>
          {isRunning ? (
            <button type="button" className="button send" aria-keyshortcuts="Escape" onClick={() => chat.stop()}>
              <Icon name="stop" />
              {words.composer.stop}
              {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a hint on a button, not a thing of its own */}
              <kbd aria-hidden="true">{words.composer.stopKey}</kbd>
            </button>
          ) : (
            <button type="submit" className="button button--main send" disabled={isBlank} aria-busy={isSending}>
              {words.composer.send}
            </button>
          )}
        </div>
      </form>
    </>
  )
}

/** The text at this key: shown at once, written a moment later. */
function useDraft(chat: Chat, key: string): [string, (text: string, at: string) => void] {
  const [draft, setDraft] = useState(() => ({ key, text: chat.drafts.read(key) }))
  if (draft.key !== key) setDraft({ key, text: chat.drafts.read(key) })
  useEffect(() => {
    const flush = () => chat.drafts.flush()
    window.addEventListener('pagehide', flush)
    return () => window.removeEventListener('pagehide', flush)
  }, [chat])
  const write = (text: string, at: string) => {
    chat.drafts.write(at, text)
    setDraft((before) => (before.key === at ? { key: at, text } : before))
  }
  return [draft.key === key ? draft.text : chat.drafts.read(key), write]
}

/** As high as its text; the style sheet sets the limit at 40 % of the window. */
function useGrowingHeight(area: { current: HTMLTextAreaElement | null }, text: string) {
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    if (text.length === 0) {
      element.style.blockSize = ''
      return
    }
    element.style.blockSize = 'auto'
    element.style.blockSize = `${element.scrollHeight}px`
  }, [area, text])
}
