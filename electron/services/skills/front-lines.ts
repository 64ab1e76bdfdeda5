// The block at the top of a SKILL.md as lines, for what YAML cannot read: its entries, and how each was most likely meant.

export interface FrontLine {
  text: string
  /** Of SKILL.md, counted from 1. */
  line: number
}

/** One field as it was written: the line with its key, and what stands below it and belongs to it. */
export interface FrontEntry {
  key: string
  /** Behind the colon, without white space around it. */
  value: string
  below: readonly string[]
  line: number
}

/** These are fields also when the space behind the colon was forgotten. */
const usualKeys = /^(name|description|license|compatibility|metadata|allowed-tools):(?=\S)/

/** Lines that begin no entry and belong to none are left out. */
export function entriesOf(lines: readonly FrontLine[]): FrontEntry[] {
  const entries: (FrontEntry & { below: string[] })[] = []
  for (const { text, line } of lines) {
    const last = entries.at(-1)
    if (text.trim() === '' || /^\s*#/.test(text)) continue
    const begun = /^\s|^-(\s|$)/.test(text) ? null : begunBy(text)
    if (begun) entries.push({ ...begun, below: [], line })
    // A text that was broken into lines without an indent; markers of documents, and of keys without a name, belong to nothing.
    else if (last && !/^(---|\.\.\.|[?:](\s|$))/.test(text)) last.below.push(text)
  }
  return entries
}

function begunBy(text: string): { key: string; value: string } | null {
  const colon = /:(\s|$)/.exec(text)?.index ?? (usualKeys.test(text) ? text.indexOf(':') : -1)
  if (colon < 1) return null
  const key = text.slice(0, colon).trim()
  return key === '' ? null : { key: unquoted(key), value: text.slice(colon + 1).trim() }
}

/** What was most likely meant as the text of an entry: on one line, without the signs of YAML around it. */
export function textOfEntry({ value, below }: FrontEntry): string {
  const isBlock = /^[|>][-+0-9]*$/.test(value)
  return [...(isBlock ? [] : [unquoted(value)]), ...below.map((line) => line.trim())].join(' ').trim()
}

function unquoted(value: string): string {
  const quote = value[0]
  const isWhole = (quote === '"' || quote === "'") && value.length > 1 && value.endsWith(quote)
  return isWhole && !value.slice(1, -1).includes(quote) ? value.slice(1, -1) : value
}

/** These entries anew, each that YAML does not take alone in quotes; one that cannot be saved so is left out. */
export function requoted(entries: readonly FrontEntry[], loads: (yaml: string) => boolean): string {
  return entries
    .map((entry) => formsOf(entry).find(loads))
    .filter((form) => form !== undefined)
    .join('\n')
}

/** As it was written, and then ever further from it. */
function formsOf(entry: FrontEntry): string[] {
  const { key, value, below } = entry
  const head = /^[\w.-]+$/.test(key) ? key : singleQuoted(key)
  const onOneLine = [value, ...below.map((line) => line.trim())].join(' ')
  return [
    [`${head}: ${value}`, ...below].join('\n'),
    // YAML takes no tab as an indent.
    [`${head}: ${value}`, ...below.map((line) => line.replace(/^[ \t]+/, spaced))].join('\n'),
    ...(value === '' ? [] : [`${head}: ${singleQuoted(/^[|>]/.test(value) ? textOfEntry(entry) : onOneLine)}`]),
  ]
}

const spaced = (indent: string) => indent.replaceAll('\t', '  ')
const singleQuoted = (text: string) => `'${text.replaceAll("'", "''")}'`
