// Choosing one of many: letters filter, arrows move, Enter takes it.
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { Key } from './keys.ts'
import type { Live } from './screen.ts'
import type { Style } from './style.ts'

export interface Choice {
  id: string
  /** Both as they may be shown. */
  title: string
  note: string
}

export interface Picker {
  press(key: Key): void
  rows(width: number, most: number): Live
}

export function createPicker(options: {
  style: Style
  title: string
  choices: readonly Choice[]
  /** null when nothing was chosen. */
  take(id: string | null): void
  changed(): void
}): Picker {
  const { style, take } = options
  let filter = ''
  let at = 0
  const matches = () => {
    const wanted = filter.toLocaleLowerCase().split(' ').filter(Boolean)
    return options.choices.filter(({ title }) => wanted.every((word) => title.toLocaleLowerCase().includes(word)))
  }
  function move(step: number): void {
    const count = matches().length
    if (count > 0) at = (at + step + count) % count
  }
  function press(key: Key): void {
    if (key.kind !== 'key') {
      filter += key.text.replaceAll('\n', ' ')
      at = 0
    } else if (key.name === 'backspace') {
      filter = filter.slice(0, -1)
      at = 0
    } else if (key.name === 'up') move(-1)
    else if (key.name === 'down') move(1)
    else if (key.name === 'escape') take(null)
    else if (key.name === 'enter') {
      const chosen = matches()[at]
      if (chosen) take(chosen.id)
    }
  }
  return {
    press(key) {
      press(key)
      options.changed()
    },
    rows(width, most) {
      const found = matches()
      const room = Math.max(1, most - 2)
      const from = Math.max(0, Math.min(at - Math.floor(room / 2), found.length - room))
      const shown = found.slice(from, from + room).map(({ title, note }, index) => {
        const isChosen = from + index === at
        const line = `${isChosen ? '> ' : '  '}${title}  ${note}`.slice(0, width)
        return isChosen ? style.bold(line) : line
      })
      const list = found.length === 0 ? [style.faint(words.noMatch)] : shown
      const field = `${words.prompt}${filter}`
      return {
        rows: [style.faint(options.title.slice(0, width)), ...list, field.slice(0, width)],
        cursor: { row: 1 + list.length, column: Math.min(width - 1, field.length) },
      }
    },
  }
}
