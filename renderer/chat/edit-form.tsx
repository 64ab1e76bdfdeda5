// A question being written anew, in its place.
import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { attachmentsOf } from '../../shared/attachment-kinds.ts'
import { messageLimit } from '../../shared/limits.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { wholeNumber } from '../ui/moments.ts'
import { type Acting, isBusy } from './acting.ts'
import { isComposition, isSendKey } from './send-key.ts'
import { factsOf, isSameFacts } from './text-facts.ts'

export function EditForm(props: { record: MessageRecord; acting: Acting; onCancelled: () => void }) {
  const { record, acting } = props
  const { chat, sendWith } = acting
  const editing = useStore(chat.store, (state) => state.editing)
  const sessionId = useStore(chat.store, (state) => state.sessionId)
  const isRunning = useStore(chat.store, isBusy)
  const area = useRef<HTMLTextAreaElement>(null)
  const [start] = useState(() => (sessionId && chat.edits.read(sessionId, record.id)) ?? record.content)
  const [facts, setFacts] = useState(() => ({ ...factsOf(start), isChanged: start !== record.content }))
  const isSending = editing?.isSending === true
  const failure = editing?.failure ?? null
  const isSomething = !facts.isBlank || attachmentsOf(record).length > 0
  const canSend = isSomething && facts.excess === null && facts.isChanged && !isRunning && !isSending

  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.focus({ preventScroll: true })
    element.setSelectionRange(element.value.length, element.value.length)
    element.closest('form')?.scrollIntoView({ block: 'nearest' })
  }, [])

  const onInput = (event: FormEvent<HTMLTextAreaElement>) => {
    const text = event.currentTarget.value
    if (sessionId !== null) chat.edits.write(sessionId, record.id, text)
    const next = { ...factsOf(text), isChanged: text !== record.content }
    setFacts((before) => (isSameFacts(before, next) && before.isChanged === next.isChanged ? before : next))
  }
  const send = async () => {
    if (!canSend) return
    if (await chat.sendEdit(facts.isBlank ? '' : (area.current?.value ?? ''), acting.model())) chat.focusComposer()
    else area.current?.focus({ preventScroll: true })
  }
  const cancel = () => {
    if (isSending) return
    chat.endEdit()
    props.onCancelled()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !isComposition(event.nativeEvent)) {
      // It is not the answer of a run that shall stop.
      event.preventDefault()
      cancel()
    }
    if (event.target !== area.current || !isSendKey(event.nativeEvent, sendWith)) return
    event.preventDefault()
    void send()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void send()
  }

  return (
    <form className="composer edit" aria-label={words.edit.form} onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <textarea
        ref={area}
        className={facts.longDirection === null ? 'text scroll' : 'text text--long scroll'}
        dir={facts.longDirection ?? 'auto'}
        rows={1}
        aria-label={words.edit.label}
        aria-describedby="edit-note"
        defaultValue={start}
        readOnly={isSending}
        onInput={onInput}
      />
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />}
      {facts.excess !== null && (
        <div role="status">
          <FailureLine
            tone="wait"
            sentence={words.composer.tooLong(wholeNumber(facts.excess), wholeNumber(messageLimit))}
            detailLabel={words.details}
          />
        </div>
      )}
      <div className="controls">
        <span id="edit-note" className="hint">
          {isRunning ? words.composer.waits : facts.isChanged ? words.edit.note : words.edit.unchanged}
        </span>
        <button type="button" className="button button--plain send" aria-keyshortcuts="Escape" onClick={cancel}>
          {words.edit.cancel}
        </button>
        <button type="submit" className="button button--main send" disabled={!canSend} aria-busy={isSending}>
          {words.composer.send}
        </button>
      </div>
    </form>
  )
}
