// What every command that changes sessions does: one after the other, and at the end what was done and what was not.
import type { Answer, FailureCode } from '../../../shared/failure.ts'
import type { Bridge } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { type CommandContext, exitCodes, fail, jsonLine, printable } from '../front.ts'

export async function each(
  context: CommandContext,
  ids: readonly string[],
  change: (bridge: Bridge, sessionId: string) => Promise<Answer<unknown>>,
): Promise<number> {
  if (ids.length === 0) {
    return fail(context, { code: 'invalid-input', message: messages.terminal.missingArgument('ID') })
  }
  return await context.withBridge('owner', async (bridge) => {
    const done: string[] = []
    const failed: Failed[] = []
    for (const id of ids) {
      const answer = await change(bridge, id)
      if (answer.ok) done.push(id)
      else failed.push({ id, ...answer.failure })
    }
    return report(context, done, failed)
  })
}

export interface Failed {
  id: string
  code: FailureCode
  message: string
}

export function report(context: CommandContext, done: readonly string[], failed: readonly Failed[]): number {
  if (context.json) {
    const told = failed.map(({ id, code, message }) => ({ id, code, message }))
    context.write(jsonLine('sessions archive', { done: [...done], failed: told }))
  } else {
    for (const { id, message } of failed) context.writeError(`${id}: ${printable(message)}\n`)
  }
  return failed.length > 0 ? exitCodes.failed : exitCodes.done
}
