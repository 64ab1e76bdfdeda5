// The manual as pages: of everything, of a group of commands, and of one.
import {
  everywhere,
  exitWords,
  leading,
  manual,
  manualWords,
  type OptionName,
  type OptionWords,
  optionWords,
  type Page,
} from '../../../shared/messages/manual.ts'
import type { ParsedOption } from '../terminal.ts'

const width = 79
const indent = '    '
const { titles } = manualWords
/** An option that is parsed and has no words is no program. */
const wordsOf: Record<ParsedOption | OptionName, OptionWords> = optionWords

/** null when there is no such command and no such group. */
export function manualPage(words: readonly string[]): string | null {
  const name = words.join(' ')
  if (name === '') return overview()
  const one = Object.hasOwn(manual, name) ? manual[name] : undefined
  if (one) return commandPage(name, one)
  const group = Object.entries(manual).filter(([command]) => command.startsWith(`${name} `))
  return group.length > 0 ? groupPage(name, group) : null
}

function overview(): string {
  return joined(
    part(titles.name, [`carrel: ${manualWords.about}`]),
    part(titles.synopsis, ['carrel [OPTION]…', 'carrel COMMAND [OPTION]…']),
    part(
      titles.description,
      manualWords.description.flatMap((text, index) => [...(index > 0 ? [''] : []), ...wrap(text)]),
    ),
    part(
      titles.commands,
      rows(Object.entries(manual).map(([name, { takes, does }]) => [`${name} ${takes}`.trim(), does])),
    ),
    part(titles.leading, optionRows(leading)),
    part(titles.everywhere, optionRows(everywhere)),
    part(titles.exits, exitRows(Object.keys(exitWords).map(Number))),
    part(titles.examples, manualWords.examples),
    part(titles.files, rows(manualWords.files)),
    part(titles.environment, rows(manualWords.environment)),
  )
}

function groupPage(name: string, group: readonly [string, Page][]): string {
  return joined(
    part(titles.synopsis, [`carrel ${name} COMMAND [OPTION]…`]),
    part(titles.commands, rows(group.map(([command, { takes, does }]) => [`${command} ${takes}`.trim(), does]))),
    part(titles.seeAlso, [`carrel help ${name} COMMAND`]),
  )
}

function commandPage(name: string, { takes, does, more = [], options, exits, examples = [] }: Page): string {
  const synopsis = ['carrel', name, ...(options.length > 0 ? ['[OPTION]…'] : []), takes].filter(Boolean).join(' ')
  return joined(
    part(titles.name, wrap(`carrel ${name}: ${does}`)),
    part(titles.synopsis, [synopsis]),
    part(
      titles.description,
      more.flatMap((text, index) => [...(index > 0 ? [''] : []), ...wrap(text)]),
    ),
    part(titles.options, optionRows(options)),
    part(titles.everywhere, [everywhere.map((option) => usage(option)).join('  ')]),
    part(titles.exits, exitRows([...exits, 130])),
    part(titles.examples, examples),
    part(titles.seeAlso, manualWords.seeAlso),
  )
}

function usage(option: OptionName): string {
  const { value } = wordsOf[option]
  return `--${option}${value === null ? '' : ` ${value}`}`
}

const optionRows = (options: readonly OptionName[]) =>
  rows(options.map((option) => [usage(option), wordsOf[option].does]))
const exitRows = (exits: readonly number[]) => rows(exits.map((exit) => [String(exit), exitWords[exit] ?? '']))

/** A term, and what is said of it beside it; below it when it is long. */
function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const column = Math.min(26, Math.max(...pairs.map(([term]) => term.length)) + 2)
  return pairs.flatMap(([term, said]) => {
    const lines = wrap(said, width - indent.length - column).map((line) => `${' '.repeat(column)}${line}`)
    return term.length + 2 > column ? [term, ...lines] : [term + (lines[0] ?? '').slice(term.length), ...lines.slice(1)]
  })
}

function wrap(text: string, most = width - indent.length): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

function part(title: string, lines: readonly string[]): string | null {
  return lines.length === 0 ? null : `${title}\n${lines.map((line) => `${indent}${line}`.trimEnd()).join('\n')}\n`
}

const joined = (...parts: (string | null)[]) => parts.filter((one) => one !== null).join('\n')
