// `carrel index …`: how far the search index is, and making it anew.
import { messages } from '../../../shared/messages/messages.ts'
import { searchWords } from '../../../shared/messages/search.ts'
import { size } from '../../../shared/messages/sizes.ts'
import type { IndexStatus } from '../../../shared/search.ts'
import { type CommandContext, fail, show } from '../front.ts'
import { tellProgress } from './search.ts'

const words = searchWords.terminal

export async function indexCommand(context: CommandContext): Promise<number> {
  const [name = 'status', ...rest] = context.arguments
  if ((name !== 'status' && name !== 'rebuild') || rest.length > 0) {
    return fail(context, {
      code: 'invalid-input',
      message: messages.terminal.unknownCommand(`index ${[name, ...rest].join(' ')}`),
    })
  }
  return await context.withBridge('owner', async (bridge) => {
    const stop = tellProgress(context, bridge)
    const answer =
      name === 'status'
        ? await bridge.call('index.status', {}, context.signal)
        : await bridge.call('index.rebuild', {}, context.signal)
    stop()
    return show(
      context,
      'index status',
      answer,
      (status) => (name === 'status' ? '' : `${words.rebuilt}\n`) + page(status),
    )
  })
}

function page({ path, state, reason, files, of, entries, bytes }: IndexStatus): string {
  const lines = [words.status(words.state[state], files, of, entries), `${path}  ${size(bytes)}`]
  return `${[...(reason === null ? [] : [reason]), ...lines].join('\n')}\n`
}
