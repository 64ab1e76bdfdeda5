// `carrel models test NAME`: asks a model a few questions and says what came of each.
import { messages } from '../../../shared/messages/messages.ts'
import { selfTestWords as words } from '../../../shared/messages/self-test.ts'
import type { PartResult, TestedModel } from '../../../shared/self-test.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine, printable } from '../front.ts'

/** Exits 1 when a part failed. */
export async function testModelCommand(context: CommandContext): Promise<number> {
  const [, model, ...rest] = context.arguments
  if (model === undefined || rest.length > 0) {
    return fail(context, { code: 'invalid-input', message: messages.terminal.missingArgument('NAME') })
  }
  const host = typeof context.options.host === 'string' ? context.options.host : null
  return await context.withBridge('owner', async (bridge) => {
    let told = ''
    const stop = bridge.on('models.testing', ({ model: tested, phase }) => {
      if (tested !== model || phase === 'ended' || phase === told) return
      told = phase
      context.writeError(`${words.busyPhases[phase]}\n`)
    })
    const answer = await bridge.call('terminal.testModel', { model, host }, context.signal).finally(stop)
    if (context.signal.aborted) return cancelled(context)
    if (!answer.ok) return fail(context, answer.failure)
    context.write(context.json ? jsonLine('models test', answer.value) : lines(answer.value))
    return answer.value.test.parts.some(({ outcome }) => outcome === 'failed') ? exitCodes.failed : exitCodes.done
  })
}

function lines({ digest, test }: TestedModel): string {
  const line = ({ part, outcome, reason }: PartResult) =>
    `${words.line(words.outcomes[outcome], words.parts[part], printable(reason))}\n`
  return `${test.parts.map(line).join('')}${digest === null ? `${words.notKept}\n` : ''}`
}
