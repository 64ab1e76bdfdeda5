// Looking for words in the open session: a field at its top, and from place to place in all of it, not only in what is held.
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import type { Chat } from './chat-store.ts'
import { type Found, firstPlace, placeOf } from './found.ts'
import './find-bar.css'

/** Nobody has written on for so long. Milliseconds. */
const calmMs = 120

export function FindBar(props: { chat: Chat; scroller: RefObject<HTMLElement | null> }) {
  const { chat, scroller } = props
  const [text, setText] = useState('')
  const asked = useStore(chat.store, ({ finding }) => finding)
  const field = useRef<HTMLInputElement>(null)
  const cameFrom = useRef<Element | null>(null)
  const { found, failure, place, setPlace } = usePlaces(chat, text, scroller)

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once more, it takes the focus once more
  useEffect(() => {
    const { activeElement } = document
    if (activeElement !== field.current) cameFrom.current = activeElement
    field.current?.focus()
    field.current?.select()
  }, [asked])

  const total = found?.total ?? 0
  const step = (by: 1 | -1) => {
    if (total > 0) setPlace((place + by + total) % total)
  }
  const latest = useRef(step)
  latest.current = step
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'F3' || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      latest.current(event.shiftKey ? -1 : 1)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  const close = () => {
    chat.endFind()
    const { current } = cameFrom
    if (current instanceof HTMLElement && current.isConnected && current !== document.body) current.focus()
    else scroller.current?.focus({ preventScroll: true })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      // Not the answer that is being written: only this.
      event.preventDefault()
      close()
    }
    if (event.key === 'Enter' && event.target === field.current) {
      event.preventDefault()
      step(event.shiftKey ? -1 : 1)
    }
  }
  return (
    <search className="find-bar" aria-label={words.big.find.label} onKeyDown={onKeyDown}>
      <Icon name="search" small />
      <input
        ref={field}
        type="text"
        className="find-field"
        aria-label={words.big.find.field}
        placeholder={words.big.find.field}
        maxLength={500}
        spellCheck={false}
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <span className="find-count num" role="status">
        {text === '' ? '' : (failure ?? countWords(found, place))}
      </span>
      <button
        type="button"
        className="icon-button icon-button--s"
        aria-label={words.big.find.previous}
        title={words.withShortcut(words.big.find.previous, words.big.find.keys.previous)}
        aria-disabled={total === 0}
        onClick={() => step(-1)}
      >
        <Icon name="up" small />
      </button>
      <button
        type="button"
        className="icon-button icon-button--s"
        aria-label={words.big.find.next}
        title={words.withShortcut(words.big.find.next, words.big.find.keys.next)}
        aria-disabled={total === 0}
        onClick={() => step(1)}
      >
        <Icon name="down" small />
      </button>
      <button type="button" className="icon-button icon-button--s" aria-label={words.big.find.close} onClick={close}>
        <Icon name="close" small />
      </button>
    </search>
  )
}

function countWords(found: Found | null, place: number): string {
  if (found === null) return words.big.find.looking
  if (found.total === 0) return words.big.find.nothing
  return found.isCut ? words.big.find.more(place + 1, found.total) : words.big.find.place(place + 1, found.total)
}

function usePlaces(chat: Chat, text: string, scroller: RefObject<HTMLElement | null>) {
  /** An answer that ends while one looks may hold the words, too. */
  const total = useStore(chat.store, ({ slice }) => slice?.total)
  const branch = useStore(chat.store, ({ slice }) => slice?.branch)
  const [answer, setAnswer] = useState<{ text: string; found: Found | null; failure: string | null } | null>(null)
  const [place, setPlace] = useState(0)
  const wanted = useMemo(() => ({ text }), [text])

  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for anew when the session is another one
  useEffect(() => {
    if (wanted.text === '') {
      setAnswer(null)
      chat.store.setState({ target: null })
      return
    }
    const leaving = new AbortController()
    const timer = setTimeout(async () => {
      const given = await chat.findPlaces(wanted.text, leaving.signal)
      if (leaving.signal.aborted) return
      const found = given.ok ? given.value : null
      setAnswer((before) => {
        if (found && before?.text !== wanted.text) {
          setPlace(firstPlace(found, chat.store.getState().entries, firstSeen(scroller.current)))
        }
        return { text: wanted.text, found, failure: given.ok ? null : given.failure.message }
      })
    }, calmMs)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [chat, wanted, total, branch])

  const found = answer?.text === text ? answer.found : null
  useEffect(() => {
    const at = found && placeOf(found, place)
    if (at) void chat.reveal({ ...at, terms: [wanted.text], takesFocus: false })
    else if (found) chat.store.setState({ target: null })
  }, [chat, found, place, wanted])
  return { found, failure: answer?.text === text ? answer.failure : null, place, setPlace }
}

/** The first entry of which something is seen. */
function firstSeen(box: HTMLElement | null): string | null {
  const top = box?.getBoundingClientRect().top ?? 0
  for (const element of box?.querySelectorAll('[data-entry]') ?? []) {
    if (element.getBoundingClientRect().bottom > top) return element.getAttribute('data-entry')
  }
  return null
}
