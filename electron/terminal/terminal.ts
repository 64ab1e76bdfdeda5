// Reads the command line and runs one command.
import { parseArgs } from 'node:util'
import { toFailure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import { backupCommand, restoreBackupCommand } from './commands/backup.ts'
import { redoCommand, undoCommand } from './commands/changes.ts'
import { doctorCommand } from './commands/doctor.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { logsCommand } from './commands/logs.ts'
import { modelsCommand } from './commands/models.ts'
import { rulesCommand } from './commands/rules.ts'
import { runCommand } from './commands/run.ts'
import { indexCommand } from './commands/search-index.ts'
import { sessionsCommand } from './commands/sessions.ts'
import { skillsCommand } from './commands/skills.ts'
import { toolcallsCommand } from './commands/toolcalls.ts'
import { trashCommand } from './commands/trash.ts'
import { type CommandContext, exitCodes, fail, jsonLine, type TerminalSurroundings } from './front.ts'

const words = messages.terminal

const commands: Record<string, (context: CommandContext) => Promise<number>> = {
  run: runCommand,
  sessions: sessionsCommand,
  trash: trashCommand,
  logs: logsCommand,
  undo: undoCommand,
  redo: redoCommand,
  skills: skillsCommand,
  models: modelsCommand,
  rules: rulesCommand,
  ledger: ledgerCommand,
  index: indexCommand,
  backup: backupCommand,
  'restore-backup': restoreBackupCommand,
  toolcalls: toolcallsCommand,
  doctor: doctorCommand,
  completion: async (context) => await (await import('./commands/completion.ts')).completionCommand(context),
  help: async (context) => await (await import('./commands/help.ts')).helpCommand(context, context.arguments),
  settings: async (context) => await (await import('./commands/settings.ts')).settingsCommand(context),
  serve: async (context) => await (await import('./commands/serve.ts')).serveCommand(context),
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
  if (name === undefined) {
    if (!json) surroundings.writeError(words.usage)
    return json ? refuse(words.missingCommand) : exitCodes.usage
  }
  // `--home "$UNSET"` must not end in a person's real data folder.
  const empty = Object.entries(values).find(([, value]) => value === '')
  if (empty) return refuse(words.emptyOption(empty[0]))
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return refuse(words.unknownCommand(name))

  const { open, writeError } = surroundings
  const withFront: CommandContext['withFront'] = async (as, work) => {
    const front = await open({ home: values.home ?? null, host: values.host ?? null, as })
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
    return await command(context)
  } catch (thrown) {
    return fail(context, toFailure(thrown, messages.failures.internal))
  }
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
  return text.split('. ')[0]?.replace(/\.$/, '') ?? text
}
