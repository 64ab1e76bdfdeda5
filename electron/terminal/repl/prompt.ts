// The line that is written: its keys, its history, and what the word at the cursor may become.
import stringWidth from 'string-width'
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { Suggestion, Suggestions } from './completion.ts'
import { createEditor, type Editor, type Laid, layOut } from './editor.ts'
import type { History } from './history.ts'
import type { Key, NamedKey } from './keys.ts'
import { safeLine } from './safe-text.ts'
import { cut, type Style } from './style.ts'

export interface Prompt {
  readonly text: string
  set(text: string): void
  press(key: Key): void
  /** At most so many rows of what is written, those around the cursor, and below them what is offered. */
  rows(width: number, most: number): Laid
}

export interface PromptOptions {
  style: Style
  history: History
  /** Known at once, for what is shown while a command is typed. */
  suggestNow(before: string): Suggestions | null
  suggest(before: string): Promise<Suggestions | null>
  send(text: string): void
  changed(): void
}

interface Offer {
  items: readonly Suggestion[]
  chosen: number
  /** Cells before the cursor that stand for the chosen one. */
  cells: number
}

export function createPrompt(options: PromptOptions): Prompt {
  const { style, history, changed } = options
  const editor = createEditor()
  /** Which entry of the history is shown, from the end; null is what is being written. */
  let back: number | null = null
  let draft = ''
  let search: { query: string; hit: number | null } | null = null
  let offer: Offer | null = null

  const before = () => textBefore(editor)

  function recall(next: number | null): void {
    if (back === null) draft = editor.text()
    back = next
    editor.set(next === null ? draft : (history.entries.at(-1 - next) ?? ''))
  }

  function older(): void {
    const next = back === null ? 0 : back + 1
    if (next < history.entries.length) recall(next)
  }

  function newer(): void {
    if (back !== null) recall(back === 0 ? null : back - 1)
  }

  function send(): void {
    if (editor.at > 0 && editor.cells[editor.at - 1] === '\\') {
      editor.backspace()
      editor.insert('\n')
      return
    }
    const text = editor.text()
    if (text.trim() === '') return
    editor.set('')
    back = null
    options.send(text)
  }

  async function complete(step: number): Promise<void> {
    if (offer) {
      const chosen = (offer.chosen + step + offer.items.length) % offer.items.length
      take({ ...offer, chosen })
      return
    }
    const typed = before()
    const found = await options.suggest(typed)
    // Somebody goes on typing meanwhile: what was looked for is no longer what stands there.
    if (!found || before() !== typed) return
    take({ items: found.items, chosen: 0, cells: cellsOfWord(editor, found.word) })
    // There is nothing to choose from: the next key is for the text again.
    if (found.items.length === 1) offer = null
    changed()
  }

  function take(next: Offer): void {
    const item = next.items[next.chosen]
    if (!item) return
    const { length } = editor.cells
    editor.replaceLeft(next.cells, item.text)
    offer = { ...next, cells: next.cells + editor.cells.length - length }
  }

  function find(query: string, from: number): void {
    const { entries } = history
    const low = query.toLocaleLowerCase()
    for (let index = from; index < entries.length; index += 1) {
      if (
        !entries
          .at(-1 - index)
          ?.toLocaleLowerCase()
          .includes(low)
      )
        continue
      search = { query, hit: index }
      return
    }
    search = { query, hit: from === 0 ? null : (search?.hit ?? null) }
  }

  /** Whether the key was for the search. */
  function pressInSearch(key: Key): boolean {
    if (!search) return false
    if (key.kind !== 'key') find(search.query + key.text.replaceAll('\n', ' '), 0)
    else if (key.name === 'r' && key.ctrl) find(search.query, (search.hit ?? -1) + 1)
    else if (key.name === 'backspace') find(search.query.slice(0, -1), 0)
    else {
      if (search.hit !== null && !['escape', 'c', 'g'].includes(key.name)) recall(search.hit)
      search = null
      // Enter only takes it: what was found is looked at before it is sent.
      return key.name !== 'left' && key.name !== 'right'
    }
    return true
  }

  function pressNamed(key: NamedKey): void {
    const { name, ctrl, alt, shift } = key
    if (name === 'tab') return void complete(shift ? -1 : 1)
    offer = null
    if (name === 'enter') {
      if (alt || shift || ctrl) editor.insert('\n')
      else send()
    } else if (ctrl && name === 'r') search = { query: '', hit: null }
    else if (name === 'up' || (ctrl && name === 'p')) {
      if (!editor.up()) older()
    } else if (name === 'down' || (ctrl && name === 'n')) {
      if (!editor.down()) newer()
    } else edit(editor, key)
  }

  return {
    get text() {
      return editor.text()
    },
    set(text) {
      back = null
      offer = null
      editor.set(text)
    },
    press(key) {
      if (!pressInSearch(key)) {
        if (key.kind === 'key') pressNamed(key)
        else {
          offer = null
          if (key.kind === 'text') editor.insert(key.text)
          else editor.paste(key.text)
        }
      }
      changed()
    },
    rows(width, most) {
      if (search) {
        const hit = search.hit === null ? '' : safeLine(history.entries.at(-1 - search.hit) ?? '')
        const head = `${words.search} “${safeLine(search.query)}”: `
        const column = Math.min(stringWidth(head), width - 1)
        return { rows: [`${style.faint(cut(head, width))}${cut(hit, width - column)}`], cursor: { row: 0, column } }
      }
      const laid = layOut(editor, width, words.prompt, words.pasted)
      const items = offer?.items ?? options.suggestNow(before())?.items ?? []
      const offered = items.map(({ text, note }, index) => {
        const line = cut(`  ${text.trimEnd().padEnd(16)} ${safeLine(note)}`.trimEnd(), width)
        return offer?.chosen === index ? style.bold(line) : line
      })
      const { rows, cursor } = windowed(laid, Math.max(1, most - offered.length))
      return { rows: [...rows, ...offered], cursor }
    },
  }
}

/** The rows around the cursor. */
function windowed({ rows, cursor }: Laid, most: number): Laid {
  const from = Math.max(0, Math.min(cursor.row - most + 1, rows.length - most))
  return { rows: rows.slice(from, from + most), cursor: { row: cursor.row - from, column: cursor.column } }
}

function textBefore({ cells, at }: Editor): string {
  // A long paste is no part of any word.
  return cells
    .slice(0, at)
    .map((cell) => (typeof cell === 'string' ? cell : ' '))
    .join('')
}

function cellsOfWord({ cells, at }: Editor, word: string): number {
  let count = 0
  let length = 0
  while (length < word.length && count < at) {
    count += 1
    const cell = cells[at - count]
    length += typeof cell === 'string' ? cell.length : 1
  }
  return count
}

const withControl: Readonly<Record<string, (editor: Editor) => void>> = {
  a: (editor) => editor.home(),
  e: (editor) => editor.end(),
  b: (editor) => editor.left(),
  f: (editor) => editor.right(),
  d: (editor) => editor.delete(),
  k: (editor) => editor.killToEnd(),
  u: (editor) => editor.killToHome(),
  w: (editor) => editor.killWordLeft(),
  y: (editor) => editor.yank(),
  j: (editor) => editor.insert('\n'),
  left: (editor) => editor.wordLeft(),
  right: (editor) => editor.wordRight(),
  backspace: (editor) => editor.killWordLeft(),
  delete: (editor) => editor.killWordRight(),
}
const withAlt: Readonly<Record<string, (editor: Editor) => void>> = {
  b: (editor) => editor.wordLeft(),
  f: (editor) => editor.wordRight(),
  d: (editor) => editor.killWordRight(),
  left: (editor) => editor.wordLeft(),
  right: (editor) => editor.wordRight(),
  backspace: (editor) => editor.killWordLeft(),
}
const plain: Readonly<Record<string, (editor: Editor) => void>> = {
  left: (editor) => editor.left(),
  right: (editor) => editor.right(),
  home: (editor) => editor.home(),
  end: (editor) => editor.end(),
  backspace: (editor) => editor.backspace(),
  delete: (editor) => editor.delete(),
}

export function edit(editor: Editor, { name, ctrl, alt }: NamedKey): void {
  const keys = ctrl ? withControl : alt ? withAlt : plain
  if (Object.hasOwn(keys, name)) keys[name]?.(editor)
}
