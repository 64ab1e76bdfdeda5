// `carrel doctor`: checks everything a person may doubt.
import { type CommandContext, cancelled, exitCodes, fail, printable } from '../front.ts'

export async function doctorCommand(context: CommandContext): Promise<number> {
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('app.check', {}, context.signal)
    if (context.signal.aborted) return cancelled(context)
    if (!answer.ok) return fail(context, answer.failure)
    const { checks, skippedBytes } = answer.value
    if (context.json) context.write(`${JSON.stringify({ checks })}\n`)
    else {
      for (const { name, status, detail, fix } of checks) {
        context.write(`${status.padEnd(4)}  ${name.padEnd(12)}  ${printable(detail)}\n`)
        if (fix) context.write(`${' '.repeat(20)}${printable(fix)}\n`)
      }
    }
    if (checks.some((check) => check.status === 'fail')) return exitCodes.failed
    return skippedBytes > 0 ? exitCodes.damaged : exitCodes.done
  })
}
