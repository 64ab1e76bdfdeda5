// Reads the command line and runs one command.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sessionMode } from '../../shared/approval.ts'
import { toFailure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import { replWords } from '../../shared/messages/repl.ts'
import { runCommand } from './commands/run.ts'
import {
  type CommandContext,
  exitCodes,
  fail,
  jsonLine,
  type OpenedFront,
  type OpenMore,
  type TerminalSurroundings,
} from './front.ts'

const words = messages.terminal

type Command = (context: CommandContext) => Promise<number>

/** Each is read when it is asked for; a question is what is asked for most. */
const commands: Record<string, () => Promise<Command>> = {
  run: async () => runCommand,
  sessions: async () => (await import('./commands/sessions.ts')).sessionsCommand,
  trash: async () => (await import('./commands/trash.ts')).trashCommand,
  logs: async () => (await import('./commands/logs.ts')).logsCommand,
  undo: async () => (await import('./commands/changes.ts')).undoCommand,
  redo: async () => (await import('./commands/changes.ts')).redoCommand,
  skills: async () => (await import('./commands/skills.ts')).skillsCommand,
  models: async () => (await import('./commands/models.ts')).modelsCommand,
  rules: async () => (await import('./commands/rules.ts')).rulesCommand,
  ledger: async () => (await import('./commands/ledger.ts')).ledgerCommand,
  index: async () => (await import('./commands/search-index.ts')).indexCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  'restore-backup': async () => (await import('./commands/backup.ts')).restoreBackupCommand,
  toolcalls: async () => (await import('./commands/toolcalls.ts')).toolcallsCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand,
  help: async () => {
    const { helpCommand } = await import('./commands/help.ts')
    return async (context) => await helpCommand(context, context.arguments)
  },
  settings: async () => (await import('./commands/settings.ts')).settingsCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
}

/** Answers the exit code; everything a person or a script sees has been written by then. */
export async function runTerminal(surroundings: TerminalSurroundings): Promise<number> {
  let json = surroundings.words.includes('--json')
  const refuse = (message: string) => fail({ ...surroundings, json }, { code: 'invalid-input', message })

  let parsed: ReturnType<typeof parseWords>
  try {
    parsed = parseWords(surroundings.words)
  } catch (thrown) {
    return refuse(words.badOption(thrown instanceof Error ? `${firstSentence(thrown.message)}.` : ''))
  }
  const { values, positionals } = parsed
  json = values.json === true
  if (values.version) {
    const { version } = surroundings
    surroundings.write(json ? jsonLine('version', { version }) : `${version}\n`)
    return exitCodes.done
  }
  const [name, ...rest] = positionals
  if (values.help) {
    const { helpCommand } = await import('./commands/help.ts')
    return await helpCommand({ ...surroundings, json }, positionals)
  }
  if (name === undefined && json) return refuse(words.missingCommand)
  if (name === undefined && !surroundings.terminal) {
    const { manualPage } = await import('./manual/pages.ts')
    surroundings.writeError(`${manualPage([])}\n${replWords.notATerminal}\n`)
    return exitCodes.usage
  }
  // `--home "$UNSET"` must not end in a person's real data folder.
  const empty = Object.entries(values).find(([, value]) => value === '')
  if (empty) return refuse(words.emptyOption(empty[0]))
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command && name !== undefined) return refuse(words.unknownCommand(name))
  const { strangeOptions, surplusWord } = await import('./manual/command-line.ts')
  const strange = strangeOptions(positionals, Object.keys(values))
  if (strange) return refuse(words.strangeOptions(strange.command, strange.options))
  const surplus = surplusWord(positionals)
  if (surplus) return refuse(words.surplusWord(surplus.command, surplus.word))

  const { open, writeError } = surroundings
  const openAs = (as: 'owner' | 'reader', more: OpenMore = {}) =>
    open({ home: values.home ?? null, host: values.host ?? null, as, ...more })
  const withFront: CommandContext['withFront'] = async (as, work) => {
    const front = await openAs(as)
    for (const notice of front.notices) writeError(`carrel: ${notice.message}\n`)
    try {
      return await work(front)
    } finally {
      await front.close(surroundings.signal)
    }
  }
  const { attach = [], ...options } = values
  const context: CommandContext = {
    ...surroundings,
    json,
    arguments: rest,
    options,
    attach,
    withFront,
    withBridge: async (as, work) => await withFront(as, async ({ bridge }) => await work(bridge)),
  }
  try {
    return command ? await (await command())(context) : await lead(context, (more) => openAs('owner', more))
  } catch (thrown) {
    return fail(context, toFailure(thrown, messages.failures.internal))
  }
}

/** The REPL, in a file of its own: no other command waits for it. */
async function lead(context: CommandContext, open: (more: OpenMore) => Promise<OpenedFront>): Promise<number> {
  const { terminal, options } = context
  if (!terminal) return exitCodes.usage
  const mode = options['mode'] === undefined ? null : sessionMode.safeParse(options['mode']).data
  if (mode === undefined)
    return fail(context, {
      code: 'invalid-input',
      message: words.optionValue('mode', sessionMode.options.join(', ')),
    })
  const { workspace } = options
  const { runRepl } = await import('./repl/repl.ts')
  return await runRepl({
    terminal,
    version: context.version,
    folder: context.folder,
    host: typeof options['host'] === 'string' ? options['host'] : null,
    hasColour: terminal.hasColour && options['no-color'] !== true && !terminal.isDumb,
    isSpoken: context.isSpoken || options['screen-reader'] === true || terminal.isDumb,
    sessionId: typeof options['session'] === 'string' ? options['session'] : null,
    continues: options['continue'] === true,
    workspace: typeof workspace === 'string' ? resolve(context.folder, workspace) : null,
    mode,
    model: typeof options['model'] === 'string' ? options['model'] : null,
    signal: context.signal,
    open,
    async command({ front, signal, name, rest, options: given, write, writeError }) {
      const withFront: CommandContext['withFront'] = async (_as, work) => await work(front)
      const inside: CommandContext = {
        ...context,
        arguments: rest,
        options: given,
        attach: [],
        json: false,
        ask: null,
        signal,
        write: (text) => write(typeof text === 'string' ? text : new TextDecoder().decode(text)),
        writeError,
        withFront,
        withBridge: async (_as, work) => await work(front.bridge),
      }
      const command = await commands[name]?.()
      return (await command?.(inside)) ?? exitCodes.usage
    },
  })
}

/** Every option there is; the manual has words for each. */
export type ParsedOption = keyof ReturnType<typeof parseWords>['values']

function parseWords(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: {
      home: text,
      host: text,
      json: flag,
      help: { ...flag, short: 'h' },
      version: flag,
      'no-color': flag,
      model: text,
      session: text,
      continue: flag,
      'screen-reader': flag,
      think: text,
      temperature: text,
      'top-p': text,
      seed: text,
      attach: { ...text, multiple: true },
      workspace: text,
      mode: text,
      allow: text,
      dialect: text,
      'max-rounds': text,
      'trust-folder': flag,
      skills: text,
      archived: flag,
      all: flag,
      permanently: flag,
      'all-branches': flag,
      at: text,
      list: flag,
      tools: text,
      since: text,
      kind: text,
      limit: text,
      in: text,
      role: text,
      out: text,
      format: text,
      from: text,
      'with-rules': flag,
      yes: { ...flag, short: 'y' },
      'replace-edits': flag,
      stdio: flag,
      words: flag,
    },
  })
}

function firstSentence(text: string): string {
  return text.split(/\.\s/)[0]?.replace(/\.$/, '') ?? text
}
