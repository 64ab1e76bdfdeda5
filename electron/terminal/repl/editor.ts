// What is being written: a text of graphemes with a cursor in it. A long paste is one of them, shown as a word.
import stringWidth from 'string-width'
import { safeText } from './safe-text.ts'

/** A grapheme as it is, or a paste that is too long to be shown. */
export type Cell = string | { pasted: string; lines: number }

export interface Editor {
  readonly cells: readonly Cell[]
  /** Before which cell it stands. */
  readonly at: number
  /** All of it, pastes too. */
  text(): string
  isEmpty(): boolean
  set(text: string): void
  insert(text: string): void
  paste(text: string): void
  left(): void
  right(): void
  wordLeft(): void
  wordRight(): void
  /** Of the line. */
  home(): void
  end(): void
  /** False when there is no line above or below. */
  up(): boolean
  down(): boolean
  backspace(): void
  delete(): void
  killWordLeft(): void
  killWordRight(): void
  killToHome(): void
  killToEnd(): void
  /** What was killed last. */
  yank(): void
  /** Puts this in the place of the cells before the cursor. */
  replaceLeft(cells: number, text: string): void
}

/** A longer paste is one word in the editor. */
const shownLines = 20
const shownCharacters = 4_000

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// What is no character of a text: it is not typed by anybody, and a terminal would act upon it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass.
const unwritten = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

const cellsOf = (text: string): Cell[] => [...graphemes.segment(text)].map(({ segment }) => segment)
const textOf = (cells: readonly Cell[]) => cells.map((cell) => (typeof cell === 'string' ? cell : cell.pasted)).join('')
const isWordCell = (cell: Cell | undefined) =>
  typeof cell === 'object' || (cell !== undefined && /[\p{L}\p{N}_]/u.test(cell))

export function createEditor(): Editor {
  let cells: Cell[] = []
  let at = 0
  let killed: Cell[] = []

  /** Letters that come apart belong together: a mark goes to the letter before it. */
  function put(inserted: readonly Cell[]): void {
    const before = cells[at - 1]
    const first = inserted[0]
    if (typeof before === 'string' && typeof first === 'string' && before !== '\n') {
      const joined = cellsOf(before + first)
      if (joined.length === 1) {
        cells.splice(at - 1, 1, ...joined, ...inserted.slice(1))
        at += inserted.length - 1
        return
      }
    }
    cells.splice(at, 0, ...inserted)
    at += inserted.length
  }

  function cut(from: number, to: number): void {
    if (from === to) return
    killed = cells.slice(from, to)
    cells.splice(from, to - from)
    at = from
  }

  const lineStart = (of: number) => (of === 0 ? 0 : cells.lastIndexOf('\n', of - 1) + 1)
  const lineEnd = (of: number) => {
    const end = cells.indexOf('\n', of)
    return end < 0 ? cells.length : end
  }
  function wordStart(): number {
    let place = at
    while (place > 0 && !isWordCell(cells[place - 1])) place -= 1
    while (place > 0 && isWordCell(cells[place - 1])) place -= 1
    return place
  }
  function wordEnd(): number {
    let place = at
    while (place < cells.length && !isWordCell(cells[place])) place += 1
    while (place < cells.length && isWordCell(cells[place])) place += 1
    return place
  }

  const editor: Editor = {
    get cells() {
      return cells
    },
    get at() {
      return at
    },
    text: () => textOf(cells),
    isEmpty: () => cells.length === 0,
    set(text) {
      cells = cellsOf(text.replace(unwritten, ''))
      at = cells.length
    },
    insert: (text) => put(cellsOf(text.replace(unwritten, ''))),
    paste(text) {
      const kept = text.replace(unwritten, '')
      const lines = kept.split('\n').length
      if (lines <= shownLines && kept.length <= shownCharacters) put(cellsOf(kept))
      else put([{ pasted: kept, lines: kept.endsWith('\n') ? lines - 1 : lines }])
    },
    left() {
      at = Math.max(0, at - 1)
    },
    right() {
      at = Math.min(cells.length, at + 1)
    },
    wordLeft() {
      at = wordStart()
    },
    wordRight() {
      at = wordEnd()
    },
    home() {
      at = lineStart(at)
    },
    end() {
      at = lineEnd(at)
    },
    up() {
      const start = lineStart(at)
      if (start === 0) return false
      const above = lineStart(start - 1)
      at = Math.min(above + at - start, start - 1)
      return true
    },
    down() {
      const end = lineEnd(at)
      if (end === cells.length) return false
      const column = at - lineStart(at)
      at = Math.min(end + 1 + column, lineEnd(end + 1))
      return true
    },
    backspace() {
      if (at === 0) return
      cells.splice(at - 1, 1)
      at -= 1
    },
    delete() {
      cells.splice(at, 1)
    },
    killWordLeft: () => cut(wordStart(), at),
    killWordRight: () => cut(at, wordEnd()),
    killToHome: () => cut(lineStart(at), at),
    killToEnd() {
      const end = lineEnd(at)
      cut(at, end === at ? Math.min(end + 1, cells.length) : end)
    },
    yank: () => put(killed),
    replaceLeft(count, text) {
      cells.splice(at - count, count)
      at -= count
      put(cellsOf(text.replace(unwritten, '')))
    },
  }
  return editor
}

export interface Laid {
  rows: string[]
  cursor: { row: number; column: number }
}

/** As rows of at most this width, the first one behind `prompt`, the others as far in. */
export function layOut(
  { cells, at }: Pick<Editor, 'cells' | 'at'>,
  width: number,
  prompt: string,
  pastedWord: (lines: number) => string,
): Laid {
  const indent = stringWidth(prompt)
  const space = ' '.repeat(indent)
  const rows: string[] = []
  let row = prompt
  let column = indent
  let cursor = { row: 0, column }
  const breakRow = () => {
    rows.push(row)
    row = space
    column = indent
  }
  for (let index = 0; index <= cells.length; index += 1) {
    const cell = cells[index]
    const shown =
      cell === undefined || cell === '\n' ? '' : typeof cell === 'string' ? shownOf(cell) : pastedWord(cell.lines)
    const wide = stringWidth(shown)
    if (column + wide > width && column > indent && cell !== '\n') breakRow()
    if (index === at) cursor = { row: rows.length, column }
    if (cell === '\n') breakRow()
    else {
      row += shown
      column += wide
    }
  }
  rows.push(row)
  // Behind a full row it stands on the last sign.
  return { rows, cursor: { ...cursor, column: Math.min(cursor.column, Math.max(0, width - 1)) } }
}

/** What takes no room is no less there. */
function shownOf(grapheme: string): string {
  const shown = safeText(grapheme)
  return stringWidth(shown) === 0 ? '\u00b7' : shown
}
