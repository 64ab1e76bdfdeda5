// What begins with a slash. Most of it is a command of the terminal, run on what is open here.
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { sessionMode } from '../../../shared/approval.ts'
import { exportFormats } from '../../../shared/export-format.ts'
import { wishLimit } from '../../../shared/limits.ts'
import { compactWords } from '../../../shared/messages/compact.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import { size } from '../../../shared/messages/sizes.ts'
import type { InstalledModel } from '../../../shared/model.ts'
import type { Suggestion } from './completion.ts'
import type { Conversation } from './conversation.ts'
import type { History } from './history.ts'
import type { Choice } from './picker.ts'
import { safeLine } from './safe-text.ts'
import { inColumns } from './style.ts'

/** What a command may do. */
export interface ReplActs {
  conversation: Conversation
  history: History
  /** Where the person stands. */
  folder: string
  say(lines: readonly string[]): void
  /** This is what is done now. */
  began(command: string): void
  fail(message: string): void
  readonly width: number
  /** Runs `carrel …` with what is open, and says what it says. Answers whether it did what it was to do. */
  command(name: string, rest: readonly string[], options?: Readonly<Record<string, string>>): Promise<boolean>
  /** In this folder, or in none that may be none. */
  beginIn(folder: string, isNamed: boolean): Promise<void>
  open(sessionId: string): Promise<void>
  pick(): Promise<void>
  /** One of these, by the person; null when none was chosen. */
  choose(title: string, choices: readonly Choice[]): Promise<string | null>
  /** Whether the person says yes to more happening unasked. */
  agree(title: string, note: string): Promise<boolean>
  archive(): Promise<void>
  /** null: the server did not say, and why was told. */
  installedModels(): Promise<readonly InstalledModel[] | null>
  showThinking(): void
  quit(): void
}

type Name = keyof typeof words.commands
type Run = (acts: ReplActs, rest: string) => unknown

const commands: Record<Name, Run> = {
  new: (acts) => acts.beginIn(acts.conversation.folder ?? acts.folder, false),
  sessions: (acts) => acts.pick(),
  open: (acts, id) => (id === '' ? acts.pick() : acts.open(id)),
  search: (acts, text) =>
    text === '' ? needs(acts, 'search') : acts.command('sessions', ['search', ...text.split(/\s+/)]),
  model: chooseModel,
  models: (acts) => acts.command('models', ['list']),
  skills: (acts) => {
    const folder = acts.conversation.folder ?? acts.folder
    return acts.command('skills', ['list'], { workspace: folder })
  },
  mode: chooseMode,
  workspace: (acts, path) => (path === '' ? needs(acts, 'workspace') : acts.beginIn(pathOf(acts, path), true)),
  compact: (acts, wish) => ofSession(acts, () => compact(acts, wish)),
  undo: (acts) => ofSession(acts, (id) => acts.command('undo', [id])),
  export: (acts, path) =>
    path === '' ? needs(acts, 'export') : ofSession(acts, (id) => exportTo(acts, id, pathOf(acts, path))),
  archive: (acts) => ofSession(acts, () => acts.archive()),
  rules: (acts) => acts.command('rules', ['list']),
  doctor: (acts) => acts.command('doctor', []),
  thinking: (acts) => acts.showThinking(),
  async history(acts, what) {
    if (what !== 'clear') return needs(acts, 'history')
    await acts.history.clear()
    acts.say([words.historyCleared])
  },
  help: (acts) => say(acts, [...names.map(helpLine), '', ...words.helpKeys]),
  quit: (acts) => acts.quit(),
}

const names = Object.keys(commands) as Name[]
const usage = (name: Name) => [`/${name}`, words.commands[name][0]].filter(Boolean).join(' ')
const helpLine = (name: Name) => `${usage(name).padEnd(18)}  ${words.commands[name][1]}`

/** For completion. */
export const commandSuggestions: readonly Suggestion[] = names.map((name) => ({
  text: `/${name}`,
  note: words.commands[name][1],
}))

/** False when there is no such command: then it may be a skill. */
export async function runCommand(acts: ReplActs, text: string): Promise<boolean> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text.trim()) ?? []
  if (!Object.hasOwn(commands, name)) return false
  acts.began(text.trim())
  await commands[name as Name](acts, rest.trim())
  return true
}

function needs(acts: ReplActs, name: Name): void {
  acts.fail(words.missing(usage(name)))
}

async function ofSession(acts: ReplActs, work: (sessionId: string) => Promise<unknown>): Promise<void> {
  const { sessionId } = acts.conversation
  if (sessionId === null) acts.fail(words.notBegun)
  else await work(sessionId)
}

function say(acts: ReplActs, lines: readonly string[]): void {
  acts.say(lines.flatMap((line) => inColumns(line, acts.width)))
}

/** From where the person stands; `~` is their home, as in a shell. */
function pathOf(acts: ReplActs, typed: string): string {
  return resolve(acts.folder, typed.replace(/^~(?=\/|$)/, homedir()))
}

async function compact(acts: ReplActs, wish: string): Promise<void> {
  if (wish.length > wishLimit) return acts.fail(compactWords.tooLong(wishLimit))
  const failure = await acts.conversation.compact(wish)
  if (failure) acts.fail(failure.message)
}

async function exportTo(acts: ReplActs, sessionId: string, path: string): Promise<void> {
  const isDone = await acts.command('sessions', ['export', sessionId], { format: formatOf(path), out: path })
  if (isDone) say(acts, [words.exported(safeLine(path))])
}

/** As its name says; Markdown otherwise. */
function formatOf(path: string): string {
  return exportFormats.find((format) => path.toLowerCase().endsWith(`.${format}`)) ?? 'md'
}

async function chooseModel(acts: ReplActs, named: string): Promise<void> {
  const { conversation } = acts
  const installed = await acts.installedModels()
  if (named === '') {
    if (installed === null) return
    const name = await acts.choose(words.whichModel, installed.filter(canAnswer).map(choiceOf(conversation.model)))
    if (name !== null) takeModel(acts, name)
    return
  }
  const model = installed?.find(({ name }) => name === named || name === `${named}:latest`)
  // A server that does not answer knows none; then the question will say so.
  if (installed !== null && !model) return acts.fail(words.noSuchModel(named))
  takeModel(acts, model?.name ?? named)
}

function takeModel(acts: ReplActs, name: string): void {
  acts.conversation.choose(name)
  say(acts, [words.modelIs(safeLine(name))])
}

/** An old server does not say what its models can do. */
const canAnswer = ({ capabilities }: InstalledModel) => capabilities.length === 0 || capabilities.includes('completion')

const choiceOf =
  (current: string | null) =>
  ({ name, bytes }: InstalledModel): Choice => ({
    id: name,
    title: safeLine(name),
    note: [size(bytes), ...(name === current ? [words.answersHere] : [])].join(', '),
  })

const strictness = sessionMode.options

async function chooseMode(acts: ReplActs, name: string): Promise<void> {
  const { conversation } = acts
  if (name === '')
    return say(acts, [words.modeIs(conversation.mode), words.modeNotes[conversation.mode], words.modeTakes])
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
