// A question that is open: what of it is on the screen, and the one key that answers it.
import { replWords as words } from '../../../shared/messages/repl.ts'
import { createArming } from './arming.ts'
import type { Card } from './cards.ts'
import { createEditor, layOut } from './editor.ts'
import type { Key } from './keys.ts'
import { edit } from './prompt.ts'
import type { Live } from './screen.ts'
import { type Style, wrapped } from './style.ts'

export interface Asking {
  press(key: Key): void
  rows(most: number): Live
  /** The note that is being written; null when none is. */
  readonly note: string | null
  end(): void
}

export interface AskingOptions {
  style: Style
  width(): number
  card(): Card
  /** Whether a no may have a word to the model. */
  takesNote: boolean
  answer(key: string, note: string | null): void
  say(lines: readonly string[]): void
  changed(): void
}

const view = 'v'
/** Two keys in a row. */
const between = '   '

export function createAsking(options: AskingOptions): Asking {
  const { style, say } = options
  const first = options.card()
  const keys = first.answers.map(({ key }) => key)
  const grants = first.answers.flatMap((answer) => (answer.grants ? [answer.key] : []))
  let isViewed = style.isSpoken
  let isWhole = style.isSpoken
  let isTold = false
  let note: ReturnType<typeof createEditor> | null = null

  const changed = () => {
    // Who listens hears that it counts now.
    if (style.isSpoken && arming.isArmed && !isTold) say([words.armed])
    isTold = arming.isArmed
    options.changed()
  }
  const arming = createArming({ keys: [...keys, view], grants, answer, changed })
  const labels = () => first.answers.map(({ label }) => label)
  arming.begin()
  // Nothing is drawn for those who listen, so it is said.
  if (style.isSpoken) say(['', ...first.lines, ...labels(), words.notYet])

  function answer(key: string): void {
    if (key === view || (grants.includes(key) && !isWhole)) {
      if (key === view && !isWhole) {
        isViewed = true
        isWhole = true
        say(['', ...options.card().lines])
      }
      arming.begin()
    } else if (grants.includes(key) || !options.takesNote) options.answer(key, null)
    else {
      note = createEditor()
      if (style.isSpoken) say([words.denyNote])
      changed()
    }
  }

  function pressInNote(key: Key): void {
    if (!note) return
    if (key.kind === 'text') note.insert(key.text)
    else if (key.kind === 'paste') note.insert(key.text.replaceAll('\n', ' '))
    else if (key.name === 'enter') options.answer('d', note.text().trim() || null)
    else if (key.name === 'escape') {
      note = null
      arming.begin()
    } else edit(note, key)
  }

  return {
    get note() {
      return note?.text() ?? null
    },
    press(key) {
      if (note) pressInNote(key)
      else arming.press(key)
      changed()
    },
    rows(most) {
      const { lines } = options.card()
      const width = options.width()
      // As many rows at any time, so that nothing moves when the keys begin to count.
      const waiting = wrapped(words.notYet, width)
      const room = most - 1 - wrapped(labels().join(between), width).length - waiting.length
      const fits = lines.length <= room
      if ((fits || isViewed) !== isWhole) {
        isWhole = fits || isViewed
        arming.begin()
      }
      const moreOf = (count: number) => wrapped(style.red(words.viewFirst(count)), width)
      const partly = lines.slice(0, Math.max(1, room - moreOf(lines.length).length))
      const shown = fits ? lines : isViewed ? lines.slice(0, 1) : partly
      const more = isWhole ? [] : moreOf(lines.length - shown.length)
      if (note) {
        const laid = layOut(note, width, words.denyNote, words.pasted)
        return { rows: [...shown, ...laid.rows], cursor: { ...laid.cursor, row: laid.cursor.row + shown.length } }
      }
      const all = isWhole ? labels() : [words.keys.all, words.keys.deny]
      const line = all.join(between)
      const keysNow = wrapped(arming.isArmed ? style.bold(line) : style.faint(line), width)
      const below = arming.isArmed ? waiting.map(() => '') : waiting
      return { rows: [...shown, ...more, '', ...keysNow, ...below], cursor: null }
    },
    end: () => arming.end(),
  }
}
