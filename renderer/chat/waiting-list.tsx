// Above the composer: what waits for the answer to end, in its order, and what can be done with it.
import { lazy, type ReactNode, type RefObject, Suspense, useLayoutEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import type { QueuedText } from '../../shared/queue.ts'
import type { Settings } from '../../shared/settings.ts'
import { questionTitle } from '../../shared/title.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { useToast } from '../ui/toasts.tsx'
import { isBusy } from './acting.ts'
import type { Chat } from './chat-store.ts'
import { WaitingEdit } from './waiting-edit.tsx'
import './waiting.css'

const Chips = lazy(async () => ({ default: (await import('./attachments/late.ts')).Chips }))

const titleOf = ({ text, attachments = [] }: QueuedText) => questionTitle(text, attachments)

type Act = 'edit' | 'up' | 'down' | 'correct' | 'send' | 'remove'

interface WaitingListProps {
  chat: Chat
  model: string | null
  sendWith: Settings['sendWith']
  /** Nothing can be written in this session now. */
  isBlocked: boolean
}

export function WaitingList(props: WaitingListProps) {
  const { chat } = props
  const { items, isPaused } = useStore(chat.store, ({ queue }) => queue)
  const canCorrect = useStore(chat.store, (state) => isBusy(state) && state.live?.run.hasTools === true)
  const [editing, setEditing] = useState<string | null>(null)
  const list = useRef<HTMLElement>(null)
  const showToast = useToast()
  /** Acts under way: each knows itself where the focus goes. */
  const underWay = useRef(0)
  useKeptFocus(chat, list, items, underWay)

  /** Where the eye was: at the same button of this row, or in the composer; unless the person has gone elsewhere. */
  const focus = (id: string | null, act: Act) =>
    requestAnimationFrame(() => {
      underWay.current -= 1
      if (document.activeElement !== document.body) return
      const row = id === null ? null : list.current?.querySelector(`[data-waiting="${CSS.escape(id)}"]`)
      const button = row?.querySelector<HTMLElement>(`[data-act="${act}"]`)
      if (button) button.focus()
      else chat.focusComposer()
    })
  const putBack = async (item: QueuedText, at: number) => {
    const failure = await chat.waiting.putBack(item, at)
    if (failure) showToast({ text: failure.message, tone: 'fault' })
  }
  const act = async (name: Act, item: QueuedText) => {
    const at = items.indexOf(item)
    const heir = items[at + 1] ?? items[at - 1] ?? null
    const does = {
      edit: async () => null,
      up: () => chat.waiting.move(item.id, at - 1),
      down: () => chat.waiting.move(item.id, at + 1),
      correct: () => chat.waiting.correct(item.id),
      send: () => chat.waiting.sendNow(item.id, props.model),
      remove: () => chat.waiting.remove(item.id),
    }
    if (name === 'edit') return setEditing(item.id)
    underWay.current += 1
    const failure = await does[name]()
    if (failure) showToast({ text: failure.message, tone: 'fault' })
    else {
      const place = name === 'up' ? at : at + 2
      chat.announce(words.waiting.done[name](Math.min(place, items.length), items.length))
    }
    if (name === 'remove' && !failure) {
      showToast({
        text: words.waiting.removed(titleOf(item)),
        act: { label: words.undo, run: () => void putBack(item, at) },
      })
      focus(heir?.id ?? null, 'remove')
    } else focus(item.id, name === 'correct' ? 'edit' : name)
  }

  if (items.length === 0) return null
  const first = items[0]
  const corrections = items.filter(({ isCorrection }) => isCorrection).length
  return (
    <section ref={list} className="waiting" aria-label={words.waiting.list}>
      <div className={isPaused ? 'waiting-head waiting-head--paused' : 'waiting-head'}>
        <Icon name="waiting" small />
        <p>
          {isPaused ? words.waiting.paused(items.length) : words.waiting.count(items.length - corrections, corrections)}
        </p>
        {isPaused && first && !props.isBlocked && (
          <button type="button" className="link-quiet" onClick={() => void act('send', first)}>
            {words.waiting.sendFirst}
          </button>
        )}
      </div>
      <ol className="waiting-rows scroll">
        {items.map((item, index) => (
          <li key={item.id} className="waiting-row" data-waiting={item.id}>
            {editing === item.id && !props.isBlocked ? (
              <WaitingEdit
                chat={chat}
                item={item}
                sendWith={props.sendWith}
                onEnded={() => {
                  underWay.current += 1
                  setEditing(null)
                  focus(item.id, 'edit')
                }}
              />
            ) : (
              <>
                <div className="waiting-said">
                  <Words item={item} />
                  {item.attachments && (
                    <Suspense>
                      <Chips attached={chat.attached} list={item.attachments} look="small" />
                    </Suspense>
                  )}
                </div>
                {!props.isBlocked && (
                  <RowActs
                    item={item}
                    // Corrections stand before all else, so neither goes past the other.
                    canUp={items[index - 1]?.isCorrection === item.isCorrection}
                    canDown={items[index + 1]?.isCorrection === item.isCorrection}
                    canCorrect={canCorrect && !item.isCorrection}
                    onAct={(name) => void act(name, item)}
                  />
                )}
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** One line, and all of it when it is pressed. */
function Words(props: { item: QueuedText }) {
  const { item } = props
  const [isOpen, setOpen] = useState(false)
  if (item.text === '' && !item.isCorrection) return null
  return (
    <button
      type="button"
      className="waiting-words"
      dir="auto"
      aria-expanded={isOpen}
      onClick={() => setOpen((before) => !before)}
    >
      {item.isCorrection && <span className="waiting-kind">{words.waiting.correction}</span>}
      <span className={isOpen ? 'waiting-text waiting-text--open' : 'waiting-text cut'}>{item.text}</span>
    </button>
  )
}

function RowActs(props: {
  item: QueuedText
  canUp: boolean
  canDown: boolean
  canCorrect: boolean
  onAct: (act: Act) => void
}) {
  const title = titleOf(props.item)
  const button = (act: Act, icon: IconName, can = true): ReactNode => (
    <button
      type="button"
      className="icon-button icon-button--s"
      data-act={act}
      aria-label={words.waiting.of(words.waiting.acts[act], title)}
      title={words.waiting.acts[act]}
      // Still reached by the keyboard: the focus stays where it is when a row comes to the end.
      aria-disabled={!can}
      onClick={() => can && props.onAct(act)}
    >
      <Icon name={icon} small />
    </button>
  )
  return (
    <span className="waiting-acts">
      {props.canCorrect && button('correct', 'correct')}
      {button('edit', 'pencil')}
      {button('up', 'up', props.canUp)}
      {button('down', 'down', props.canDown)}
      {button('send', 'send')}
      {button('remove', 'close')}
    </span>
  )
}

/** A row that is sent while it has the focus takes the focus with it: the composer gets it. */
function useKeptFocus(
  chat: Chat,
  list: RefObject<HTMLElement | null>,
  items: readonly QueuedText[],
  underWay: RefObject<number>,
) {
  const hadFocus = useRef(false)
  hadFocus.current ||= list.current?.contains(document.activeElement) === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again whenever other rows have been drawn
  useLayoutEffect(() => {
    const isLost = hadFocus.current && document.activeElement === document.body
    if (isLost && underWay.current === 0) chat.focusComposer()
    hadFocus.current = false
  }, [items, chat])
}
