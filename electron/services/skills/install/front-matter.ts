// The block at the top of a SKILL.md, written as every program reads it.
import { cleanLine } from '../clean-text.ts'
import { type FrontEntry, textOfEntry } from '../front-lines.ts'
import { judgeText } from '../judge.ts'
import { type TakenApart, takeApart } from '../skill-file.ts'

/** Written plainly only where nobody could read anything else out of it. */
export function yamlText(text: string): string {
  const isPlain = /^[A-Za-z][\w ,.;()'’/-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
  return isPlain ? text : JSON.stringify(text)
}

/** The text with its front matter written anew: everything that could be read of it, and what stands below it to the last sign. */
export function withFrontMatterAnew(text: string, folderName: string): string {
  const taken = takeApart(text)
  const judged = judgeText(text, folderName)
  const own = [
    `name: ${yamlText(judged.name)}`,
    `description: ${yamlText(wholeDescription(taken) || judged.description)}`,
    ...(judged.license === null ? [] : [`license: ${yamlText(judged.license)}`]),
    ...(judged.compatibility === null ? [] : [`compatibility: ${yamlText(judged.compatibility)}`]),
    ...(judged.allowedTools.length === 0 ? [] : [`allowed-tools: ${yamlText(judged.allowedTools.join(' '))}`]),
    ...metadataLines(judged.metadata),
  ]
  const rewrite = (lines: readonly string[]) => `---\n${lines.join('\n')}\n---\n${taken.body}`
  const others = taken.entries.filter(({ key }) => taken.unknown.includes(key)).map(asWritten)
  const kept = rewrite([...own, ...others])
  // What other programs read there stays, unless it is what no program can read.
  const isSound = !judgeText(kept, folderName).problems.some(({ code }) => code.startsWith('yaml-'))
  return isSound ? kept : rewrite(own)
}

function wholeDescription({ fields, entries }: TakenApart): string {
  const entry = entries.find(({ key }) => key === 'description')
  const isQuoted = entry !== undefined && /^["'|>]/.test(entry.value)
  const read = typeof fields.description === 'string' ? cleanLine(fields.description) : ''
  return isQuoted || !entry ? read : cleanLine(textOfEntry(entry))
}

function metadataLines(metadata: readonly { name: string; value: string }[]): string[] {
  if (metadata.length === 0) return []
  return ['metadata:', ...metadata.map(({ name, value }) => `  ${yamlText(name)}: ${yamlText(value)}`)]
}

const asWritten = ({ key, value, below }: FrontEntry) => [`${key}: ${value}`, ...below].join('\n')
