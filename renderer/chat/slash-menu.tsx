// What `/` at the beginning of a message lists: names that can be gone on with. The text keeps the focus.
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from 'react'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { ExactText } from '../ui/exact-text.tsx'
import './slash-menu.css'

export interface SlashItem {
  name: string
  description: string
}

/** As many as can be looked over; more letters lead to the others. */
const shownAtMost = 8

/** The whole text is a slash and the beginning of a name. */
const begun = /^\/([^\s/]*)$/

export function useSlash(area: RefObject<HTMLTextAreaElement | null>, items: readonly SlashItem[]) {
  const [typed, setTyped] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const id = useId()
  const matches = typed === null ? [] : matchesOf(items, typed)
  const active = matches[Math.min(at, matches.length - 1)]
  const optionId = (name: string) => `${id}-${name}`

  const learn = (text: string) => {
    const next = begun.exec(text)?.[1] ?? null
    if (next === typed) return
    setTyped(next)
    setAt(0)
  }
  const choose = (name: string) => {
    const field = area.current
    if (!field) return
    field.value = `/${name} `
    field.setSelectionRange(field.value.length, field.value.length)
    // Everybody hears of it as of what is typed.
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    field.focus({ preventScroll: true })
  }
  /** Whether the key was meant for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!active || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
    const place = matches.indexOf(active)
    if (event.key === 'ArrowDown') setAt((place + 1) % matches.length)
    else if (event.key === 'ArrowUp') setAt((place - 1 + matches.length) % matches.length)
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(active.name)
    else if (event.key === 'Escape') setTyped(null)
    else return false
    event.preventDefault()
    // Of the list before the window: there Escape would stop an answer.
    event.stopPropagation()
    return true
  }
  const field = active
    ? ({ 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-activedescendant': optionId(active.name) } as const)
    : {}
  return {
    /** Of the text field. */
    field,
    learn,
    close: () => setTyped(null),
    onKeyDown,
    menu: active ? (
      <SlashMenu id={id} matches={matches} active={active.name} optionId={optionId} onChoose={choose} />
    ) : null,
  }
}

function SlashMenu(props: {
  id: string
  matches: readonly SlashItem[]
  active: string
  optionId: (name: string) => string
  onChoose: (name: string) => void
}) {
  const activeId = props.optionId(props.active)
  useEffect(() => document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' }), [activeId])
  return (
    <div id={props.id} role="listbox" className="slash-menu scroll" aria-label={skillsPage.composer.names}>
      {props.matches.map(({ name, description }) => (
        <div
          key={name}
          id={props.optionId(name)}
          role="option"
          tabIndex={-1}
          aria-selected={name === props.active}
          className="slash-item"
          // The text must not lose the focus before it is pressed.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => props.onChoose(name)}
          onKeyDown={undefined}
        >
          <b dir="auto">
            <ExactText text={`/${name}`} line />
          </b>
          <span className="cut" dir="auto">
            <ExactText text={description} line />
          </span>
        </div>
      ))}
    </div>
  )
}

/** Those that begin so before those that have it inside. */
function matchesOf(items: readonly SlashItem[], typed: string): SlashItem[] {
  const wanted = typed.toLocaleLowerCase()
  const place = ({ name }: SlashItem) => name.toLocaleLowerCase().indexOf(wanted)
  return items
    .filter((item) => place(item) >= 0)
    .sort((one, other) => Number(place(one) > 0) - Number(place(other) > 0))
    .slice(0, shownAtMost)
}
