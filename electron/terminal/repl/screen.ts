// The screen: what has been said is plain text that is never touched again; below it a few rows are drawn anew.
import stringWidth from 'string-width'
import type { Terminal } from '../front.ts'

export interface Live {
  /** None wider than the screen. */
  rows: readonly string[]
  cursor: { row: number; column: number } | null
}

export interface Screen {
  /** Lines that stay, above the live rows. */
  append(lines: readonly string[]): void
  /** False when the terminal has not taken all of it yet. */
  draw(live: Live): boolean
  resized(): void
  /** Empties the screen; what was said is still above it where the terminal keeps that. */
  clear(): void
  /** Somebody else writes to the terminal until `resume`. */
  pause(): void
  resume(): void
  /** Leaves the cursor in a line of its own below all that was said. */
  close(): void
}

const begin = '\u001b[?2026h\u001b[?25l'
const showCursor = '\u001b[?25h'
const end = '\u001b[?2026l'
const eraseBelow = '\u001b[J'
const pasteOn = '\u001b[?2004h'
const pasteOff = '\u001b[?2004l'

export function createScreen(terminal: Terminal): Screen {
  let waiting: string[] = []
  let shown: Live = { rows: [], cursor: null }
  /** Rows from the first live one to the cursor, as it was drawn. */
  let cursorRow = 0
  let cursorColumn = 0
  let drawn = ''

  terminal.write(pasteOn)

  const toTop = (rows: number) => `\r${rows > 0 ? `\u001b[${rows}A` : ''}`

  function draw(live: Live): boolean {
    const picture = `${live.rows.join('\n')}\n${live.cursor?.row} ${live.cursor?.column}`
    if (waiting.length === 0 && picture === drawn) return true
    const said = waiting.map((line) => `${line}\r\n`).join('')
    waiting = []
    const last = live.rows.length - 1
    const { row, column } = live.cursor ?? { row: Math.max(0, last), column: stringWidth(live.rows.at(-1) ?? '') }
    const up = Math.max(0, last - row)
    const place = `${toTop(up)}${column > 0 ? `\u001b[${column}C` : ''}${live.cursor ? showCursor : ''}`
    const picturing = `${toTop(cursorRow)}${eraseBelow}${said}${live.rows.join('\r\n')}${place}`
    const isTaken = terminal.write(`${begin}${picturing}${end}`)
    cursorRow = row
    cursorColumn = column
    shown = live
    drawn = picture
    return isTaken
  }

  function leave(): void {
    draw({ rows: [], cursor: null })
    terminal.write(`${pasteOff}${showCursor}`)
  }

  return {
    append(lines) {
      for (const line of lines) waiting.push(...line.split('\n'))
    },
    draw,
    resized() {
      // Each row that was wider has become several.
      if (terminal.reflows) {
        const rowsOf = (width: number) => Math.max(1, Math.ceil(width / terminal.columns))
        const above = shown.rows.slice(0, cursorRow).reduce((sum, row) => sum + rowsOf(stringWidth(row)), 0)
        cursorRow = above + Math.floor(cursorColumn / terminal.columns)
      }
      drawn = ''
    },
    clear() {
      terminal.write('\u001b[2J\u001b[H')
      cursorRow = 0
      drawn = ''
    },
    pause: leave,
    resume() {
      terminal.write(pasteOn)
      cursorRow = 0
      drawn = ''
    },
    close: leave,
  }
}

/** For a screen reader: lines only, one after the other. What is being written is echoed, and nothing is drawn twice. */
export interface Spoken extends Screen {
  /** The text that is being written, as it is now. */
  echo(text: string): void
  /** It has been sent. */
  newLine(): void
}

export function createSpoken(terminal: Terminal, prompt: string): Spoken {
  /** What of the text stands in the last line; null when no line of input is open. */
  let echoed: string | null = null
  const close = () => {
    if (echoed !== null) terminal.write('\r\n')
    echoed = null
  }
  terminal.write(pasteOn)
  return {
    append(lines) {
      if (lines.length === 0) return
      close()
      terminal.write(lines.map((line) => `${line.replaceAll('\n', '\r\n')}\r\n`).join(''))
    },
    newLine: close,
    draw: () => true,
    resized: () => undefined,
    clear: () => undefined,
    pause() {
      close()
      terminal.write(pasteOff)
    },
    resume: () => void terminal.write(pasteOn),
    echo(text) {
      const before = echoed
      echoed = text
      if (before === text) return
      if (before !== null && text.startsWith(before)) terminal.write(text.slice(before.length).replaceAll('\n', '\r\n'))
      else if (before?.startsWith(text) && !before.slice(text.length).includes('\n')) {
        terminal.write('\b \b'.repeat(stringWidth(before.slice(text.length))))
      } else terminal.write(`${before === null ? '' : '\r\n'}${prompt}${text.replaceAll('\n', '\r\n')}`)
    },
    close() {
      close()
      terminal.write(pasteOff)
    },
  }
}
