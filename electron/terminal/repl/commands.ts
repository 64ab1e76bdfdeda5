// What begins with a slash. Most of it is a command of the terminal, run on what is open here.
import { resolve } from 'node:path'
import { sessionMode } from '../../../shared/approval.ts'
import { exportFormats } from '../../../shared/export-format.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { Suggestion } from './completion.ts'
import type { Conversation } from './conversation.ts'
import type { History } from './history.ts'
import { safeText } from './safe-text.ts'

/** What a command may do. */
export interface ReplActs {
  conversation: Conversation
  history: History
  /** Where the person stands. */
  folder: string
  say(lines: readonly string[]): void
  fail(message: string): void
  /** As lines that fit. */
  wrap(text: string): string[]
  /** Runs `carrel …` with what is open, and says what it says. */
  command(name: string, rest: readonly string[], options?: Readonly<Record<string, string>>): Promise<void>
  /** In this folder, or in none that may be none. */
  beginIn(folder: string, isNamed: boolean): Promise<void>
  open(sessionId: string): Promise<void>
  pick(): Promise<void>
  /** Whether the person says yes to more happening unasked. */
  agree(title: string, note: string): Promise<boolean>
  archive(): Promise<void>
  installedModels(): Promise<readonly string[]>
  showThinking(): void
  quit(): void
}

type Name = keyof typeof words.commands
type Run = (acts: ReplActs, rest: string) => Promise<void> | void

const commands: Record<Name, Run> = {
  new: (acts) => acts.beginIn(acts.conversation.folder ?? acts.folder, false),
  open: (acts, id) => (id === '' ? acts.pick() : acts.open(id)),
  sessions: (acts) => acts.command('sessions', ['list']),
  search: (acts, text) =>
    text === '' ? needs(acts, 'search') : acts.command('sessions', ['search', ...text.split(/\s+/)]),
  model: chooseModel,
  models: (acts) => acts.command('models', ['list']),
  skills: (acts) => {
    const folder = acts.conversation.folder ?? acts.folder
    return acts.command('skills', ['list'], { workspace: folder })
  },
  mode: chooseMode,
  workspace: (acts, path) => (path === '' ? needs(acts, 'workspace') : acts.beginIn(resolve(acts.folder, path), true)),
  compact: (acts, wish) =>
    ofSession(acts, (id) => acts.command('sessions', ['compact', id, ...(wish === '' ? [] : [wish])])),
  undo: (acts) => ofSession(acts, (id) => acts.command('undo', [id])),
  export: (acts, path) =>
    path === ''
      ? needs(acts, 'export')
      : ofSession(acts, (id) => acts.command('sessions', ['export', id], { format: formatOf(path), out: path })),
  archive: (acts) => ofSession(acts, () => acts.archive()),
  rules: (acts) => acts.command('rules', ['list']),
  doctor: (acts) => acts.command('doctor', []),
  thinking: (acts) => acts.showThinking(),
  async history(acts, what) {
    if (what !== 'clear') return needs(acts, 'history')
    await acts.history.clear()
    acts.say([words.historyCleared])
  },
  help: (acts) => acts.say([...names.map(helpLine), '', ...words.helpKeys.flatMap((line) => acts.wrap(line))]),
  quit: (acts) => acts.quit(),
}

const names = Object.keys(commands) as Name[]
const usage = (name: Name) => [`/${name}`, words.commands[name][0]].filter(Boolean).join(' ')
const helpLine = (name: Name) => `  ${usage(name).padEnd(20)} ${words.commands[name][1]}`

/** For completion. */
export const commandSuggestions: readonly Suggestion[] = names.map((name) => ({
  text: `/${name}`,
  note: words.commands[name][1],
}))

/** False when there is no such command: then it may be a skill. */
export async function runCommand(acts: ReplActs, text: string): Promise<boolean> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text.trim()) ?? []
  if (!Object.hasOwn(commands, name)) return false
  await commands[name as Name](acts, rest.trim())
  return true
}

function needs(acts: ReplActs, name: Name): void {
  acts.fail(words.missing(usage(name)))
}

async function ofSession(acts: ReplActs, work: (sessionId: string) => Promise<void>): Promise<void> {
  const { sessionId } = acts.conversation
  if (sessionId === null) acts.fail(words.notBegun)
  else await work(sessionId)
}

/** As its name says; Markdown otherwise. */
function formatOf(path: string): string {
  return exportFormats.find((format) => path.toLowerCase().endsWith(`.${format}`)) ?? 'md'
}

async function chooseModel(acts: ReplActs, name: string): Promise<void> {
  const { conversation } = acts
  if (name === '') return acts.say([safeText(words.modelNow(conversation.model))])
  const installed = await acts.installedModels()
  const model = installed.find((one) => one === name || one === `${name}:latest`)
  // A server that does not answer knows none; then the question will say so.
  if (model === undefined && installed.length > 0) return acts.fail(words.noSuchModel(name))
  conversation.choose(model ?? name)
  acts.say([safeText(words.modelIs(model ?? name))])
}

const strictness = sessionMode.options

async function chooseMode(acts: ReplActs, name: string): Promise<void> {
  const { conversation } = acts
  if (name === '')
    return acts.say([words.modeIs(conversation.mode), words.modeNotes[conversation.mode], words.modeTakes])
  const mode = sessionMode.safeParse(name).data
  if (mode === undefined) return acts.fail(words.modeTakes)
  const isLooser = strictness.indexOf(mode) > strictness.indexOf(conversation.mode)
  if (isLooser && !(await acts.agree(words.modeLooser(mode), words.modeNotes[mode]))) {
    return acts.say([words.modeStays])
  }
  const failure = await conversation.setMode(mode)
  if (failure) acts.fail(failure.message)
  else acts.say([words.modeIs(mode)])
}
