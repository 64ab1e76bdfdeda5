// Words that wait, being changed in their row.
import { type FormEvent, type KeyboardEvent, lazy, Suspense, useLayoutEffect, useRef, useState } from 'react'
import type { NamedAttachment } from '../../shared/attachment.ts'
import { messageLimit } from '../../shared/limits.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { QueuedText } from '../../shared/queue.ts'
import type { Settings } from '../../shared/settings.ts'
import { wholeNumber } from '../ui/moments.ts'
import type { Chat } from './chat-store.ts'
import { isComposition, isSendKey } from './send-key.ts'
import { factsOf, isSameFacts } from './text-facts.ts'

const EditableChips = lazy(async () => ({ default: (await import('./attachments/late.ts')).EditableChips }))

export function WaitingEdit(props: {
  chat: Chat
  item: QueuedText
  sendWith: Settings['sendWith']
  onEnded: () => void
}) {
  const { chat, item } = props
  const area = useRef<HTMLTextAreaElement>(null)
  const [start] = useState(() => chat.waiting.editedWords(item.id) ?? item.text)
  const [kept, setKept] = useState<readonly NamedAttachment[]>(item.attachments ?? [])
  const [facts, setFacts] = useState(() => factsOf(start))
  const [failure, setFailure] = useState<string | null>(null)
  const canSave = (!facts.isBlank || kept.length > 0) && facts.excess === null

  useLayoutEffect(() => {
    const element = area.current
    element?.focus({ preventScroll: true })
    element?.setSelectionRange(element.value.length, element.value.length)
    element?.closest('li')?.scrollIntoView({ block: 'nearest' })
  }, [])

  const onInput = (event: FormEvent<HTMLTextAreaElement>) => {
    const text = event.currentTarget.value
    if (text === item.text) chat.waiting.endEdit(item.id)
    else chat.waiting.keepWords(item.id, text)
    const next = factsOf(text)
    setFacts((before) => (isSameFacts(before, next) ? before : next))
  }
  const save = async (event?: FormEvent) => {
    event?.preventDefault()
    if (!canSave) return
    const refused = await chat.waiting.edit(item.id, facts.isBlank ? '' : (area.current?.value ?? ''), kept)
    if (refused) return setFailure(refused.message)
    chat.announce(words.waiting.saved)
    props.onEnded()
  }
  const cancel = () => {
    chat.waiting.endEdit(item.id)
    props.onEnded()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !isComposition(event.nativeEvent)) {
      // It is not the answer of a run that shall stop.
      event.preventDefault()
      cancel()
    }
    if (event.target !== area.current || !isSendKey(event.nativeEvent, props.sendWith)) return
    event.preventDefault()
    void save()
  }
  const sentence =
    failure ??
    (facts.excess === null ? null : words.composer.tooLong(wholeNumber(facts.excess), wholeNumber(messageLimit)))

  return (
    <form className="waiting-edit" aria-label={words.waiting.editForm} onSubmit={save} onKeyDown={onKeyDown}>
      <textarea
        ref={area}
        className="scroll"
        dir={facts.longDirection ?? 'auto'}
        rows={1}
        aria-label={words.waiting.editLabel}
        defaultValue={start}
        onInput={onInput}
      />
      {kept.length > 0 && (
        <Suspense>
          <EditableChips
            attached={chat.attached}
            list={kept}
            onChange={setKept}
            onEmptied={() => area.current?.focus({ preventScroll: true })}
          />
        </Suspense>
      )}
      {sentence !== null && (
        <p className="bad" role="alert">
          {sentence}
        </p>
      )}
      <div className="waiting-edit-acts">
        <button type="button" className="button button--plain send" aria-keyshortcuts="Escape" onClick={cancel}>
          {words.edit.cancel}
        </button>
        <button type="submit" className="button send" disabled={!canSave}>
          {words.waiting.save}
        </button>
      </div>
    </form>
  )
}
