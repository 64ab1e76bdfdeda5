// `carrel trash …`: what was deleted, putting it back, and emptying.
import type { TrashedSession } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { type CommandContext, fail, printable, show } from '../front.ts'
import { each, report } from './each.ts'

const words = messages.terminal

const subcommands: Record<string, (context: CommandContext, rest: readonly string[]) => Promise<number>> = {
  list,
  restore: (context, ids) => each(context, ids, (bridge, sessionId) => bridge.call('trash.restore', { sessionId })),
  empty,
}

export async function trashCommand(context: CommandContext): Promise<number> {
  const [name = 'list', ...rest] = context.arguments
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (!subcommand) return fail(context, { code: 'invalid-input', message: words.unknownCommand(`trash ${name}`) })
  return await subcommand(context, rest)
}

async function list(context: CommandContext): Promise<number> {
  return await context.withBridge('reader', async (bridge) =>
    show(context, 'trash list', await bridge.call('trash.list', {}), ({ trash }) =>
      trash.length === 0 ? `${words.trashEmpty}\n` : trash.map(row).join(''),
    ),
  )
}

function row({ id, title, deletedAt }: TrashedSession): string {
  const when = deletedAt.slice(0, 16).replace('T', ' ')
  return `${id}  ${when}  ${printable(title).replace(/\s+/g, ' ') || words.untitled}\n`
}

async function empty(context: CommandContext, rest: readonly string[]): Promise<number> {
  // Whoever names one session does not mean all of them.
  if (rest.length > 0) return fail(context, { code: 'invalid-input', message: words.trashEmptyTakesNone })
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('terminal.emptyTrash', {})
    if (!answer.ok) return fail(context, answer.failure)
    const { done, failed } = answer.value
    return report(
      context,
      done,
      failed.map(({ id, failure }) => ({ id, ...failure })),
    )
  })
}
