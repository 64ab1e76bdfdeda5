// How words are set off: by colours where they are wanted, by signs where there are none, by plain words for a screen reader.
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

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
  /** What is waited for, or has changed. */
  readonly orange: Paint
  readonly blue: Paint
  readonly cyan: Paint
  readonly magenta: Paint
}

/**
 * Of the 256, and halfway between black and white: a terminal may be dark or light, and does not say so. The first sixteen are as its
 * maker likes them, where yellow cannot be read on white, nor blue on black, and what is dim can hardly be read on either.
 */
export const colours = { faint: 243, red: 196, green: 28, orange: 130, blue: 63, cyan: 30, magenta: 163 } as const

export function createStyle(options: { hasColour: boolean; isSpoken: boolean }): Style {
  const hasColour = options.hasColour && !options.isSpoken
  const around =
    (begin: string, end: string): Paint =>
    (text) =>
      hasColour && text !== '' ? `${begin}${text}${end}` : text
  const sign = (begin: number, end: number) => around(`\u001b[${begin}m`, `\u001b[${end}m`)
  const colour = (name: keyof typeof colours) => around(`\u001b[38;5;${colours[name]}m`, '\u001b[39m')
  return {
    hasColour,
    isSpoken: options.isSpoken,
    bold: sign(1, 22),
    italic: sign(3, 23),
    underline: sign(4, 24),
    struck: sign(9, 29),
    faint: colour('faint'),
    red: colour('red'),
    green: colour('green'),
    orange: colour('orange'),
    blue: colour('blue'),
    cyan: colour('cyan'),
    magenta: colour('magenta'),
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
