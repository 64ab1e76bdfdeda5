// `carrel models`: what the server has installed; a test of one model is test-model.ts.

import { messages } from '../../../shared/messages/messages.ts'
import type { HostState } from '../../../shared/model.ts'
import { type CommandContext, cancelled, exitCodes, fail, printable } from '../front.ts'
import { testModelCommand } from './test-model.ts'

const words = messages.terminal

export async function modelsCommand(context: CommandContext): Promise<number> {
  const [name = 'list'] = context.arguments
  if (name === 'test') return await testModelCommand(context)
  if (name !== 'list') return fail(context, { code: 'invalid-input', message: words.unknownCommand(`models ${name}`) })
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('models.refresh', {}, context.signal)
    if (context.signal.aborted) return cancelled(context)
    if (!answer.ok) return fail(context, answer.failure)
    const { host, version, models, failure } = answer.value
    if (failure) return fail(context, failure)
    // The others are no part of the contract.
    const listed = models.map(({ digest: _, parameterSize: _p, memory: _m, ...model }) => model)
    context.write(context.json ? `${JSON.stringify({ host, version, models: listed })}\n` : table(answer.value))
    return exitCodes.done
  })
}

function table({ host, version, models }: HostState): string {
  const rows = models.map((model) => {
    const size = `${(model.bytes / 1e9).toFixed(1)} GB`
    const notes = [model.quantization ?? '', model.capabilities.join(' '), model.loaded ? words.loaded : '']
    return `${printable(model.name).padEnd(32)} ${size.padStart(9)}  ${printable(notes.filter(Boolean).join('  '))}\n`
  })
  const none = models.length === 0 ? `${messages.failures.noModels(host)}\n` : ''
  return `Ollama ${printable(version ?? '?')}  ${host}\n${rows.join('')}${none}`
}
