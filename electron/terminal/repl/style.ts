// How words are set off: by colours where they are wanted, by signs where there are none, by plain words for a screen reader.
import { styleText } from 'node:util'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

type Format = Parameters<typeof styleText>[0]
type Paint = (text: string) => string

export interface Style {
  readonly hasColour: boolean
  /** Words in place of drawn signs. */
  readonly isSpoken: boolean
  readonly bold: Paint
  readonly italic: Paint
  readonly underline: Paint
  readonly struck: Paint
  readonly faint: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly blue: Paint
  readonly cyan: Paint
  readonly magenta: Paint
}

export function createStyle(options: { hasColour: boolean; isSpoken: boolean }): Style {
  const hasColour = options.hasColour && !options.isSpoken
  // The caller knows which stream it is for, and what the person wants.
  const paint =
    (format: Format): Paint =>
    (text) =>
      hasColour && text !== '' ? styleText(format, text, { validateStream: false }) : text
  return {
    hasColour,
    isSpoken: options.isSpoken,
    bold: paint('bold'),
    italic: paint('italic'),
    underline: paint('underline'),
    struck: paint('strikethrough'),
    faint: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    blue: paint('blue'),
    cyan: paint('cyan'),
    magenta: paint('magenta'),
  }
}

/** Prose as lines no wider than this; words stay whole where they can, and no line begins with a space. */
export function wrapped(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true }).split('\n')
}

/** The same of what stays as it is to the last space. */
export function broken(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split('\n')
}

/** A line that may be indented, or in columns that two spaces set apart: what does not fit goes on below where its last one begins. */
export function inColumns(line: string, width: number): string[] {
  if (stringWidth(line) <= width) return [line]
  const gaps = line.matchAll(line.startsWith(' ') ? /^ +/g : / {2,}(?=\S)/g)
  const starts = [...gaps].map(({ index, 0: gap }) => index + gap.length)
  const head = line.slice(0, starts.findLast((start) => stringWidth(line.slice(0, start)) <= width / 2) ?? 0)
  const indent = stringWidth(head)
  return wrapped(line.slice(head.length), width - indent).map((part, index) =>
    index === 0 ? head + part : ' '.repeat(indent) + part,
  )
}

/** As much of a plain line as fits. */
export function cut(line: string, width: number): string {
  return stringWidth(line) <= width ? line : (broken(line, width)[0] ?? '')
}
