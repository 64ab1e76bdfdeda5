// `carrel logs …`: logs of other programs that stay where they are, to be read and searched.
import { resolve } from 'node:path'
import type { Answer } from '../../../shared/failure.ts'
import { logKinds, type MountedLogs } from '../../../shared/importing.ts'
import { importWords as words } from '../../../shared/messages/importing.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { type CommandContext, fail, printable, show } from '../front.ts'

const choices = ['auto', ...logKinds] as const

export async function logsCommand(context: CommandContext): Promise<number> {
  const [name = 'list', path] = context.arguments
  const usage = (message: string) => fail(context, { code: 'invalid-input', message })
  if (name === 'list') {
    return await context.withBridge('reader', async (bridge) => tell(context, await bridge.call('logs.list', {})))
  }
  if (name !== 'mount' && name !== 'unmount') return usage(messages.terminal.unknownCommand(`logs ${name}`))
  if (path === undefined) return usage(messages.terminal.missingArgument('PATH'))
  const { from: given = 'auto' } = context.options
  const from = choices.find((one) => one === given)
  if (!from) return usage(messages.terminal.optionValue('from', choices.join(', ')))
  const absolute = resolve(context.folder, path)
  return await context.withBridge('owner', async (bridge) =>
    tell(
      context,
      name === 'mount'
        ? await bridge.call('terminal.mountLogs', { path: absolute, from }, context.signal)
        : await bridge.call('terminal.unmountLogs', { path: absolute }, context.signal),
    ),
  )
}

function tell(context: CommandContext, answer: Answer<{ mounts: MountedLogs[] }>): number {
  return show(context, 'logs list', answer, ({ mounts }) =>
    mounts.length === 0 ? `${words.noMounts}\n` : mounts.map(row).join(''),
  )
}

function row({ path, kind, sessions, trouble }: MountedLogs): string {
  const what = kind === 'auto' ? words.anyKind : words.kind[kind]
  return `${printable(path)}  ${what}  ${words.sessions(sessions)}\n${trouble === null ? '' : `    ${printable(trouble)}\n`}`
}
