// `carrel rules …`: lasting decisions, and taking one back.
import type { Rule } from '../../../shared/approval.ts'
import type { Answer } from '../../../shared/failure.ts'
import { ruleWords as words } from '../../../shared/messages/ledger.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { exactLine } from '../exact-line.ts'
import { type CommandContext, fail, show } from '../front.ts'
import { each } from './each.ts'

const subcommands: Record<string, (context: CommandContext, rest: readonly string[]) => Promise<number>> = {
  list,
  revoke: (context, ids) =>
    each(context, ids, async (bridge, id): Promise<Answer<unknown>> => {
      const answer = await bridge.call('rules.revoke', { id })
      if (!answer.ok || answer.value.revoked) return answer
      return { ok: false, failure: { code: 'not-found', message: words.gone(id) } }
    }),
}

export async function rulesCommand(context: CommandContext): Promise<number> {
  const [name = 'list', ...rest] = context.arguments
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (subcommand) return await subcommand(context, rest)
  return fail(context, { code: 'invalid-input', message: messages.terminal.unknownCommand(`rules ${name}`) })
}

/** Those of sessions live in the process that runs them, and are shown in its window. */
async function list(context: CommandContext): Promise<number> {
  return await context.withBridge('reader', async (bridge) =>
    show(context, 'rules list', await bridge.call('rules.list', {}), ({ rules }) =>
      rules.length === 0 ? `${words.none}\n` : rules.map(row).join(''),
    ),
  )
}

function row(rule: Rule): string {
  const { id, decision, tool, pattern, scope, folder, sessionId, lastUsedAt, uses, lastMatches } = rule
  const where = scope === 'session' ? words.inSession(sessionId ?? '', folder) : words.inFolder(folder)
  const use = lastUsedAt === null ? words.never : words.used(uses, lastUsedAt.slice(0, 16).replace('T', ' '))
  const lines = [
    `${id}  ${words.decisions[decision].padEnd(5)}  ${exactLine(tool)}  ${exactLine(pattern)}`,
    `      ${exactLine(where)}  (${use})`,
    ...lastMatches.map((match) => `      ${exactLine(match)}`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
