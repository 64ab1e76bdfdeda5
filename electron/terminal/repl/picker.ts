// Choosing one of many: by arrows and letters where it is drawn, by its number where it is listened to.
import stringWidth from 'string-width'
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { Key } from './keys.ts'
import type { Live } from './screen.ts'
import { cut, inColumns, type Style } from './style.ts'

export interface Choice {
  id: string
  /** Both as they may be shown. */
  title: string
  note: string
}

export interface Picker {
  /** What is being typed. */
  readonly text: string
  press(key: Key): void
  rows(width: number, most: number): Live
}

export interface PickerOptions {
  /** What is asked. */
  title: string
  choices: readonly Choice[]
  /** null when nothing was chosen. */
  take(id: string | null): void
}

export function createPicker({ title, choices, take }: PickerOptions, style: Style): Picker {
  let filter = ''
  let at = 0
  const matches = () => narrowed(choices, filter)
  function move(step: number): void {
    const count = matches().length
    if (count > 0) at = (at + step + count) % count
  }
  function type(text: string): void {
    filter = text
    at = 0
  }
  return {
    get text() {
      return filter
    },
    press(key) {
      if (key.kind !== 'key') type(filter + lineOf(key.text))
      else if (key.name === 'backspace') type(withoutLast(filter))
      else if (key.name === 'up') move(-1)
      else if (key.name === 'down' || key.name === 'tab') move(1)
      else if (key.name === 'escape') take(null)
      else if (key.name === 'enter') {
        const chosen = matches()[at]
        if (chosen) take(chosen.id)
      }
    },
    rows(width, most) {
      const found = matches()
      const room = Math.max(1, most - 2)
      const from = Math.max(0, Math.min(at - Math.floor(room / 2), found.length - room))
      const shown = found.slice(from, from + room).map((choice, index) => {
        const isChosen = from + index === at
        const line = cut(`${isChosen ? words.prompt : ' '.repeat(words.prompt.length)}${lineOfChoice(choice)}`, width)
        return isChosen ? style.bold(line) : line
      })
      const list = found.length === 0 ? [words.noMatch] : shown
      const field = cut(`${words.filter}${filter}`, width - 1)
      return {
        rows: [style.bold(cut(`${title} ${words.pickKeys}`, width)), ...list, field],
        cursor: { row: 1 + list.length, column: stringWidth(field) },
      }
    },
  }
}

/** Nobody listens to more of them at a time. */
const saidAtOnce = 20

export function createSpokenPicker(
  { title, choices, take }: PickerOptions,
  say: (lines: readonly string[]) => void,
  width: () => number,
): Picker {
  let typed = ''
  let said: readonly Choice[] = []

  function tell(found: readonly Choice[]): void {
    said = found.slice(0, saidAtOnce)
    const lines = said.flatMap((choice, index) => inColumns(`${index + 1}  ${lineOfChoice(choice)}`, width()))
    say([...lines, ...(found.length > said.length ? [words.moreToPick(found.length - said.length)] : [])])
  }

  function leave(): void {
    say([words.nothingChosen])
    take(null)
  }

  function answer(text: string): void {
    if (text === '') leave()
    else if (/^\d+$/.test(text)) {
      const chosen = said[Number(text) - 1]
      if (chosen) take(chosen.id)
      else say([words.noSuchNumber(said.length)])
    } else {
      const found = narrowed(choices, text)
      if (found.length === 0) say([words.noMatch])
      else tell(found)
    }
  }

  say([title])
  tell(choices)
  say([words.pickByNumber])
  return {
    get text() {
      return typed
    },
    press(key) {
      if (key.kind !== 'key') typed += lineOf(key.text)
      else if (key.name === 'backspace') typed = withoutLast(typed)
      else if (key.name === 'escape') leave()
      else if (key.name === 'enter') {
        const text = typed.trim()
        typed = ''
        answer(text)
      }
    },
    // Nothing is drawn for those who listen.
    rows: () => ({ rows: [], cursor: null }),
  }
}

function narrowed(choices: readonly Choice[], filter: string): readonly Choice[] {
  const wanted = filter.toLocaleLowerCase().split(' ').filter(Boolean)
  return choices.filter(({ title }) => wanted.every((word) => title.toLocaleLowerCase().includes(word)))
}

const lineOfChoice = ({ title, note }: Choice) => (note === '' ? title : `${title}  ${note}`)
const lineOf = (text: string) => text.replaceAll('\n', ' ')
const withoutLast = (text: string) => [...text].slice(0, -1).join('')
