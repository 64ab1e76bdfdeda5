// Which command of the manual a command line means, and which of its options that does not take.
import { everywhere, leading, manual, type OptionName } from '../../../shared/messages/manual.ts'

/** As it is named; null when there is none of this name. */
export function namedCommand(words: readonly string[]): string | null {
  const names = [words.slice(0, 2).join(' '), words[0] ?? '']
  return names.find((name) => Object.hasOwn(manual, name)) ?? null
}

/** A group alone means the first of its commands that needs nothing more: `carrel sessions` lists them. */
function meantCommand(words: readonly string[]): string | null {
  const [group, ...rest] = words
  if (rest.length > 0) return namedCommand(words)
  const isMeant = ([name, { takes }]: [string, { takes: string }]) =>
    name.startsWith(`${group} `) && (takes === '' || takes.startsWith('['))
  return namedCommand(words) ?? Object.entries(manual).find(isMeant)?.[0] ?? null
}

export interface StrangeOptions {
  /** Empty when there is none, as of a session in the terminal. */
  command: string
  options: readonly string[]
}

/** null when there are none, also when the command is unknown: it says so itself. */
export function strangeOptions(words: readonly string[], given: readonly string[]): StrangeOptions | null {
  const command = words.length === 0 ? '' : meantCommand(words)
  if (command === null) return null
  const own: readonly OptionName[] = command === '' ? leading : (manual[command]?.options ?? [])
  const taken = new Set<string>([...own, ...everywhere])
  const options = given.filter((option) => !taken.has(option))
  return options.length > 0 ? { command, options } : null
}

/** Words of one's own, of which there may be several. */
const free = /"PROMPT"|QUERY|TITLE|\[WORDS\]|VALUE|\[COMMAND\]|\||…/

export interface SurplusWord {
  command: string
  word: string
}

/** The first word that nothing is done with; null when there is none, also when the command is unknown. */
export function surplusWord(words: readonly string[]): SurplusWord | null {
  const command = namedCommand(words)
  if (command === null) return null
  const { takes = '' } = manual[command] ?? {}
  if (free.test(takes)) return null
  const word = words.slice(command.split(' ').length)[takes.split(' ').filter(Boolean).length]
  return word === undefined ? null : { command, word }
}
