// `carrel help [COMMAND]`, also as `carrel COMMAND --help`.
import { messages } from '../../../shared/messages/messages.ts'
import { type CommandContext, exitCodes, fail } from '../front.ts'
import { manualPage } from '../manual/pages.ts'

export async function helpCommand(
  context: Pick<CommandContext, 'json' | 'write' | 'writeError'>,
  words: readonly string[],
): Promise<number> {
  // `carrel sessions show ID --help` is of the command: what stands behind it is no part of its name.
  const named = [words.slice(0, 2), words.slice(0, 1)].map(manualPage).find((page) => page !== null)
  if (named === undefined) {
    return fail(context, { code: 'invalid-input', message: messages.terminal.unknownCommand(words.join(' ')) })
  }
  context.write(named)
  return exitCodes.done
}
