// `carrel settings get [KEY]` and `carrel settings set KEY VALUE`.
import { resolve } from 'node:path'
import { messages } from '../../../shared/messages/messages.ts'
import { settingWords as words } from '../../../shared/messages/settings-terminal.ts'
import { type Settings, type SettingsPatch, settings, terminalPatch } from '../../../shared/settings.ts'
import { exactLine } from '../exact-line.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine } from '../front.ts'

const keys = Object.keys(settings.shape) as (keyof Settings)[]

export async function settingsCommand(context: CommandContext): Promise<number> {
  const [name = 'get', key, ...value] = context.arguments
  const usage = (message: string) => fail(context, { code: 'invalid-input', message })
  if (name !== 'get' && name !== 'set') return usage(messages.terminal.unknownCommand(`settings ${name}`))
  const known = keys.find((one) => one === key)
  if (key !== undefined && !known) return usage(words.unknown(key, keys))
  if (name === 'get') return value.length > 0 ? usage(words.getsOne) : await get(context, known ?? null)
  if (!known) return usage(messages.terminal.missingArgument('KEY'))
  if (value.length === 0) return usage(messages.terminal.missingArgument('VALUE'))
  if (known === 'servers') return usage(words.notServers)
  const patch = patchOf(context, known, value.join(' '))
  return patch ? await set(context, known, patch) : usage(words.badValue(known))
}

async function get(context: CommandContext, key: keyof Settings | null): Promise<number> {
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('app.state', {}, context.signal)
    if (!answer.ok) return fail(context, answer.failure)
    return told(context, answer.value.settings, key)
  })
}

function told(context: CommandContext, all: Settings, key: keyof Settings | null): number {
  const shown = key === null ? all : { [key]: all[key] }
  const line = (name: string, value: unknown) => `${name === key ? '' : `${name}  `}${exactLine(textOf(value))}\n`
  context.write(
    context.json
      ? jsonLine('settings get', { settings: shown })
      : Object.entries(shown)
          .map(([name, value]) => line(name, value))
          .join(''),
  )
  return exitCodes.done
}

/** As `settings set` takes it again. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** JSON where that is a value of this setting, else the words as they are; null when neither is. */
function patchOf({ folder }: CommandContext, key: keyof Settings, text: string): SettingsPatch | null {
  const parsed = parse(text)
  for (const value of parsed === undefined ? [text] : [parsed, text]) {
    const patch = terminalPatch.safeParse({ [key]: value })
    if (!patch.success) continue
    const { visibleFolders: chosen } = patch.data
    if (!chosen) return patch.data
    const absolute = (paths: readonly string[]) => paths.map((path) => resolve(folder, path))
    return { visibleFolders: { added: absolute(chosen.added), hidden: absolute(chosen.hidden) } }
  }
  return null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function set(context: CommandContext, key: keyof Settings, patch: SettingsPatch): Promise<number> {
  const question = questionOf(patch)
  if (question !== null && context.options['yes'] !== true) {
    if (context.ask === null) return fail(context, { code: 'invalid-input', message: words.sayYes })
    const said = (await context.ask(question)) ?? ''
    if (context.signal.aborted) return cancelled(context)
    if (!words.isYes(said)) return fail(context, { code: 'denied', message: words.unchanged })
  }
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('terminal.updateSettings', patch, context.signal)
    return answer.ok ? told(context, answer.value, key) : fail(context, answer.failure)
  })
}

/** What lets commands do or see more than before; null when nothing does. */
function questionOf({ commandsWithoutSandbox, visibleFolders }: SettingsPatch): string | null {
  if (commandsWithoutSandbox === true) return words.askWithoutSandbox
  return visibleFolders ? words.askFolders(visibleFolders.added.map(exactLine)) : null
}
