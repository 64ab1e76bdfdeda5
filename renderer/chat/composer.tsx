// Where one writes: a text that grows, the model, Send; and while an answer is being written Stop, with Queue before it.
import {
  type FormEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useStore } from 'zustand'
import { attachedTextLimit, attachmentLimit, pdfBytesLimit, pictureBytesLimit } from '../../shared/attachment-limits.ts'
import { messageLimit } from '../../shared/limits.ts'
import { attachmentWords } from '../../shared/messages/attachments.ts'
import { compactWords } from '../../shared/messages/compact.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Settings } from '../../shared/settings.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import { useOnce } from '../ui/popups.ts'
import type { Sight } from './attachments/bar.tsx'
import type { Chat } from './chat-store.ts'
import { newDraft } from './drafts.ts'
import { isCorrectKey, isSendKey } from './send-key.ts'
import { type SlashItem, useSlash } from './slash-menu.tsx'
import { factsOf, isSameFacts } from './text-facts.ts'

const AttachmentBar = lazy(async () => ({ default: (await import('./attachments/late.ts')).AttachmentBar }))
const AttachMenu = lazy(async () => ({ default: (await import('./attachments/attach-menu.tsx')).AttachMenu }))
const WaitingList = lazy(async () => ({ default: (await import('./seldom.ts')).WaitingList }))

export interface ComposerProps {
  chat: Chat
  /** The model a message goes to; null lets the main process choose. */
  model: string | null
  sight: Sight
  /** The folder that a session which has not begun will have. */
  workspace: string | null
  /** The session has one, or will have. */
  hasFolder: boolean
  sendWith: Settings['sendWith']
  /** Name of the modifier key on this platform. */
  modifier: string
  isMac: boolean
  /** Why nothing can be written here, or null. */
  blocked: ReactNode | null
  picker: ReactNode
  /** How full the window of the model is. */
  meter: ReactNode
  /** What a slash at the beginning of a message lists. */
  slash: readonly SlashItem[]
}

export function Composer(props: ComposerProps) {
  const { chat, sendWith } = props
  const { sessionId, isSending, sendFailure, live, queue, toComposer } = useStore(chat.store)
  const key = sessionId ?? newDraft
  const area = useRef<HTMLTextAreaElement>(null)
  const isRunning = live !== null && live.end === null
  const isAsking = isRunning && live.run.approval !== null
  const canCorrect = isRunning && live.run.hasTools
  const correctKey = props.isMac ? words.composer.correctKey.mac : words.composer.correctKey.other
  const isBlocked = props.blocked !== null
  const { isBlank, excess, longDirection, onInput } = useDraft(chat, key, area, isBlocked)
  const slash = useSlash(area, useCommands(props.slash, sessionId !== null))
  const hasAttached = useStore(
    chat.attached.store,
    ({ lists, coming, refused }) =>
      (lists[key]?.length ?? 0) > 0 || (coming[key] ?? 0) > 0 || (refused[key]?.length ?? 0) > 0,
  )
  const isSomething = useStore(chat.attached.store, ({ lists }) => (lists[key]?.length ?? 0) > 0) || !isBlank
  const isComing = useStore(chat.attached.store, ({ coming }) => (coming[key] ?? 0) > 0)
  const addFiles = (event: { preventDefault(): void }, data: DataTransfer | null) => {
    const files = [...(data?.files ?? [])]
    if (files.length === 0 || isBlocked) return
    event.preventDefault()
    void chat.attached.addFiles(key, files, props.workspace)
  }

  useEffect(() => {
    if (toComposer > 0) area.current?.focus({ preventScroll: true })
  }, [toComposer])

  const send = async (isCorrection = false) => {
    const text = isBlank ? '' : (area.current?.value ?? '')
    if (!isSomething || excess !== null || isSending || isBlocked || isComing) return
    const wish = wishIn(text)
    if (wish !== null) await chat.compact(props.model, wish, text)
    else if (isRunning) await chat.queue(text, isCorrection)
    else await chat.send(text, props.model)
    area.current?.focus({ preventScroll: true })
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void send()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (slash.onKeyDown(event)) return
    const isCorrection = canCorrect && isCorrectKey(event.nativeEvent)
    if (!isCorrection && !isSendKey(event.nativeEvent, sendWith)) return
    event.preventDefault()
    void send(isCorrection)
  }
  const waiting = queue.items.length > 0 && (
    <Suspense>
      <WaitingList key={sessionId} chat={chat} model={props.model} sendWith={sendWith} isBlocked={isBlocked} />
    </Suspense>
  )

  if (isBlocked) {
    return (
      <>
        {waiting}
        <div className="composer composer--blocked">{props.blocked}</div>
      </>
    )
  }
  return (
    <>
      {sendFailure && (
        <div className="dock-line">
          <FailureLine sentence={sendFailure.message} detail={sendFailure.detail} detailLabel={words.details} urgent />
        </div>
      )}
      {excess !== null && (
        <div className="dock-line" role="status">
          <FailureLine
            tone="wait"
            sentence={words.composer.tooLong(wholeNumber(excess), wholeNumber(messageLimit))}
            detailLabel={words.details}
          />
        </div>
      )}
      {waiting}
      <form
        className="composer"
        aria-label={words.composer.form}
        onSubmit={onSubmit}
        onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
        onDrop={(event) => addFiles(event, event.dataTransfer)}
        onPaste={(event) => addFiles(event, event.clipboardData)}
      >
        {slash.menu}
        {hasAttached && (
          <Suspense>
            <AttachmentBar
              attached={chat.attached}
              draft={key}
              sight={props.sight}
              onEmptied={() => area.current?.focus()}
            />
          </Suspense>
        )}
        {/* Not controlled by React, which would write and compare the whole of a long text at every key. */}
        <textarea
          ref={area}
          className={longDirection === null ? 'text scroll' : 'text text--long scroll'}
          dir={longDirection ?? 'auto'}
          rows={1}
          aria-label={words.composer.label}
          aria-describedby="composer-hint"
          placeholder={
            isAsking
              ? words.composer.placeholderAsking
              : isRunning
                ? words.composer.placeholderRunning
                : words.composer.placeholder
          }
          readOnly={isSending}
          {...slash.field}
          onInput={(event) => {
            onInput(event)
            slash.learn(event.currentTarget.value)
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            slash.close()
            void chat.drafts.flush()
          }}
        />
        <div className="controls">
          <AttachButton
            hasFolder={props.hasFolder}
            onChoose={(what) => void chat.attached.choose(key, what, props.workspace)}
          />
          {props.picker}
          <span id="composer-hint" className="hint">
            {!isSomething
              ? ''
              : isRunning
                ? words.composer.keysRunning(sendWith, props.modifier)
                : words.composer.keys(sendWith, props.modifier)}
          </span>
          {/* The row has room for it, or for all that can be done with what was written. */}
          {!(isRunning && isSomething) && props.meter}
          {isRunning && isSomething && (
            <>
              {canCorrect && (
                <button
                  type="button"
                  className="button button--plain send"
                  aria-keyshortcuts="Alt+Enter"
                  title={words.composer.correctHint(correctKey)}
                  disabled={excess !== null}
                  onClick={() => void send(true)}
                >
                  {words.composer.correct}
                </button>
              )}
              <button
                type="submit"
                className="button button--main send"
                title={words.composer.queueHint}
                disabled={excess !== null}
                aria-busy={isSending}
              >
                {words.composer.queue}
              </button>
            </>
          )}
          {isRunning ? (
            <button type="button" className="button send" aria-keyshortcuts="Escape" onClick={() => chat.stop()}>
              <Icon name="stop" />
              {words.composer.stop}
              {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a hint on a button, not a thing of its own */}
              <kbd aria-hidden="true">{words.composer.stopKey}</kbd>
            </button>
          ) : (
            <button
              type="submit"
              className="button button--main send"
              disabled={!isSomething || excess !== null}
              aria-busy={isSending}
            >
              {words.composer.send}
            </button>
          )}
        </div>
      </form>
    </>
  )
}

/** The window's own command before the names of skills; one of the same name gives way. */
function useCommands(skills: readonly SlashItem[], hasSession: boolean): readonly SlashItem[] {
  return useMemo(
    () => (hasSession ? [compactWords, ...skills.filter(({ name }) => name !== compactWords.name)] : skills),
    [skills, hasSession],
  )
}

/** What the person says of a summary, when the text asks for one; null for any other text. */
function wishIn(text: string): string | null {
  const found = /^\/compact(?:\s([\s\S]*))?$/.exec(text.trim())
  return found && (found[1] ?? '').trim()
}

/** Files at once; where there is a folder, a menu asks which of both first. */
function AttachButton(props: { hasFolder: boolean; onChoose: (what: 'files' | 'folder') => void }) {
  const [isOpen, setOpen] = useState(false)
  const isCalled = useOnce(isOpen)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button icon-button--s"
        aria-label={attachmentWords.window.files}
        title={attachmentWords.window.limits(attachmentLimit, pictureBytesLimit, attachedTextLimit, pdfBytesLimit)}
        {...(props.hasFolder && { 'aria-haspopup': 'menu', 'aria-expanded': isOpen })}
        onClick={() => (props.hasFolder ? setOpen(true) : props.onChoose('files'))}
      >
        <Icon name="clip" small />
      </button>
      {isCalled && (
        <Suspense>
          <AttachMenu anchor={button.current} isOpen={isOpen} onOpenChange={setOpen} onChoose={props.onChoose} />
        </Suspense>
      )}
    </>
  )
}

/** The text at this key: shown at once, written a moment later. */
function useDraft(chat: Chat, key: string, area: RefObject<HTMLTextAreaElement | null>, isBlocked: boolean) {
  const [facts, setFacts] = useState(() => factsOf(chat.drafts.read(key)))
  const learn = useCallback((text: string) => {
    const next = factsOf(text)
    setFacts((before) => (isSameFacts(before, next) ? before : next))
  }, [])
  useLayoutEffect(() => {
    const show = (changed: string) => {
      if (changed !== key) return
      const text = chat.drafts.read(key)
      learn(text)
      if (area.current && area.current.value !== text) area.current.value = text
    }
    if (!isBlocked) show(key)
    return chat.drafts.onReplaced(show)
  }, [chat, key, area, isBlocked, learn])
  useEffect(() => {
    const flush = () => void chat.drafts.flush()
    window.addEventListener('pagehide', flush)
    return () => window.removeEventListener('pagehide', flush)
  }, [chat])
  const onInput = (event: FormEvent<HTMLTextAreaElement>) => {
    const text = event.currentTarget.value
    chat.drafts.write(key, text)
    learn(text)
  }
  return { ...facts, onInput }
}
