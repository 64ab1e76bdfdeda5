// `carrel completion bash|zsh|fish`, and what the scripts ask for each word: `carrel completion --words -- WORD…`.
import type { Bridge } from '../../../shared/ipc.ts'
import {
  everywhere,
  leading,
  manual,
  type OptionName,
  type OptionWords,
  optionWords,
} from '../../../shared/messages/manual.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { exactLine } from '../exact-line.ts'
import { type CommandContext, exitCodes, fail } from '../front.ts'
import { namedCommand } from '../manual/command-line.ts'
import { shellScripts } from '../manual/shell-scripts.ts'

/** A person waits for their shell: a server that says nothing in this time has no names. Milliseconds. */
const patienceMs = 1_500
const mostSessions = 50

export async function completionCommand(context: CommandContext): Promise<number> {
  if (context.options['words'] === true) return await printWords(context)
  const [shell, ...rest] = context.arguments
  const script = shell !== undefined && Object.hasOwn(shellScripts, shell) ? shellScripts[shell] : undefined
  if (!script || rest.length > 0) {
    return fail(context, {
      code: 'invalid-input',
      message: messages.terminal.optionValue('completion', 'bash, zsh, fish'),
    })
  }
  context.write(script)
  return exitCodes.done
}

interface Candidate {
  word: string
  about?: string
}

/** One a line, with what it is behind a tab. Nothing to say, also for what fails, leaves it to the shell: it names files. */
async function printWords(context: CommandContext): Promise<number> {
  const words = context.arguments.filter((word) => word !== '=')
  const current = words.at(-1) ?? ''
  const candidates = await candidatesFor(context, words.slice(0, -1), current).catch(() => [])
  const lines = candidates
    .filter(({ word }) => word.startsWith(current))
    .map(({ word, about }) => `${exactLine(word)}${about ? `\t${exactLine(about)}` : ''}\n`)
  context.write(lines.join(''))
  return exitCodes.done
}

async function candidatesFor(
  context: CommandContext,
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const { positionals, open } = read(before)
  if (open) return open.oneOf ? open.oneOf.map((word) => ({ word })) : await named(context, open.names)
  const command = namedCommand(positionals)
  if (current.startsWith('-')) {
    const own = command ? manual[command]?.options : leading
    const options: readonly OptionName[] = [...(own ?? []), ...everywhere]
    return options.map((option) => ({ word: `--${option}`, about: optionWords[option].does }))
  }
  if (command !== null) {
    const names = manual[command]?.names
    if (names === 'command') return nextWords(positionals.slice(1))
    return typeof names === 'object' ? names.map((word) => ({ word })) : await named(context, names)
  }
  return nextWords(positionals)
}

/** What stands there beside options, and the option that still waits for its value. */
function read(words: readonly string[]): { positionals: string[]; open: OptionWords | null } {
  const positionals: string[] = []
  let open: OptionWords | null = null
  for (const word of words) {
    if (open) open = null
    else if (word.startsWith('--')) open = openOption(word.slice(2))
    else if (!word.startsWith('-') || word === '-') positionals.push(word)
  }
  return { positionals, open }
}

function openOption(name: string): OptionWords | null {
  const option: OptionWords | null = Object.hasOwn(optionWords, name) ? optionWords[name as OptionName] : null
  return option && option.value !== null ? option : null
}

/** The words of commands that go on like this. */
function nextWords(positionals: readonly string[]): Candidate[] {
  const begins = positionals.map((word) => `${word} `).join('')
  const next = new Map<string, string | undefined>()
  for (const [command, { does }] of Object.entries(manual)) {
    if (!command.startsWith(begins)) continue
    const [word = '', ...rest] = command.slice(begins.length).split(' ')
    if (word !== '') next.set(word, rest.length === 0 ? does : undefined)
  }
  return [...next].map(([word, about]) => (about === undefined ? { word } : { word, about }))
}

async function named(context: CommandContext, names: 'session' | 'model' | 'skill' | undefined): Promise<Candidate[]> {
  if (names === undefined) return []
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)])
  let found: Candidate[] = []
  // As a reader: whoever owns the folder is not disturbed.
  await context.withBridge('reader', async (bridge) => {
    found = await namesOf[names](bridge, signal, context.folder)
    return exitCodes.done
  })
  return found
}

const namesOf: Record<
  'session' | 'model' | 'skill',
  (bridge: Bridge, signal: AbortSignal, folder: string) => Promise<Candidate[]>
> = {
  async session(bridge) {
    const answer = await bridge.call('sessions.list', { filter: 'all' })
    return answer.ok
      ? answer.value.sessions.slice(0, mostSessions).map(({ id, title }) => ({ word: id, about: title }))
      : []
  },
  async model(bridge, signal) {
    const answer = await bridge.call('models.refresh', {}, signal)
    return answer.ok ? answer.value.models.map(({ name }) => ({ word: name })) : []
  },
  async skill(bridge, signal, folder) {
    const answer = await bridge.call('terminal.skillLibrary', { folder }, signal)
    return answer.ok ? answer.value.skills.map(({ name, description }) => ({ word: name, about: description })) : []
  },
}
