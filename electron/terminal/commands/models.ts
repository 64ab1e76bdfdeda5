// `carrel models …`: what the server has installed, and what a person does with one of them.
import type { Answer } from '../../../shared/failure.ts'
import type { Bridge } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { modelTerminalWords as words } from '../../../shared/messages/models-terminal.ts'
import type { HostState, InstalledModel, ModelDetails } from '../../../shared/model.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine, printable, show } from '../front.ts'
import { pullModel } from './models-pull.ts'
import { testModelCommand } from './test-model.ts'

type Subcommand = (context: CommandContext, model: string) => Promise<number>

const subcommands: Record<string, Subcommand> = {
  show: (context, model) =>
    asReader(context, async (bridge) =>
      show(context, 'models show', await bridge.call('models.show', { model }, context.signal), detailsPage),
    ),
  pull: pullModel,
  remove: (context, model) =>
    asReader(context, async (bridge) =>
      done(context, model, await bridge.call('terminal.removeModel', { model }, context.signal), () =>
        words.removed(model),
      ),
    ),
  unload: (context, model) =>
    asReader(context, async (bridge) =>
      done(context, model, await bridge.call('models.unload', { model }, context.signal), ({ models }) =>
        models.some(({ name, loaded }) => loaded === true && isNamed(name, model))
          ? words.stillLoaded(model)
          : words.unloaded(model),
      ),
    ),
}

export async function modelsCommand(context: CommandContext): Promise<number> {
  const [name = 'list', model, ...rest] = context.arguments
  if (name === 'test') return await testModelCommand(context)
  const usage = (message: string) => fail(context, { code: 'invalid-input', message })
  if (name === 'list' && model === undefined) return await list(context)
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (!subcommand) return usage(messages.terminal.unknownCommand(`models ${[name, model].filter(Boolean).join(' ')}`))
  if (model === undefined || model.trim() === '' || rest.length > 0)
    return usage(messages.terminal.missingArgument('NAME'))
  return await subcommand(context, model.trim())
}

/** The server is asked, and nothing of the data folder is written. */
async function asReader(context: CommandContext, work: (bridge: Bridge) => Promise<number>): Promise<number> {
  return await context.withBridge('reader', async (bridge) => {
    const code = await work(bridge)
    return context.signal.aborted ? exitCodes.cancelled : code
  })
}

async function list(context: CommandContext): Promise<number> {
  return await context.withBridge('reader', async (bridge) => {
    const answer = await bridge.call('models.refresh', {}, context.signal)
    if (context.signal.aborted) return cancelled(context)
    if (!answer.ok) return fail(context, answer.failure)
    const { host, version, models, failure } = answer.value
    if (failure) return fail(context, failure)
    // The others are no part of the contract.
    const listed = models.map(({ digest: _, parameterSize: _p, memory: _m, ...model }) => model)
    context.write(context.json ? jsonLine('models list', { host, version, models: listed }) : table(answer.value))
    return exitCodes.done
  })
}

function done(
  context: CommandContext,
  model: string,
  answer: Answer<HostState>,
  said: (state: HostState) => string,
): number {
  if (!answer.ok) return fail(context, answer.failure)
  context.write(
    context.json ? jsonLine('models remove', { done: [model], failed: [] }) : `${printable(said(answer.value))}\n`,
  )
  return exitCodes.done
}

function isNamed(installed: string, model: string): boolean {
  return installed === model || installed === `${model}:latest`
}

function table({ host, version, models }: HostState): string {
  const rows = models.map((model) => {
    const size = `${(model.bytes / 1e9).toFixed(1)} GB`
    const notes = [model.quantization ?? '', model.capabilities.join(' '), memoryWords(model)]
    return `${printable(model.name).padEnd(32)} ${size.padStart(9)}  ${printable(notes.filter(Boolean).join('  '))}\n`
  })
  const none = models.length === 0 ? `${messages.failures.noModels(host)}\n` : ''
  return `Ollama ${printable(version ?? '?')}  ${host}\n${rows.join('')}${none}`
}

function memoryWords({ loaded, memory }: InstalledModel): string {
  if (!loaded) return ''
  if (memory === null) return messages.terminal.loaded
  return words.inMemory(Math.round((memory.gpuBytes / memory.bytes) * 100), memory.contextTokens)
}

function detailsPage(model: ModelDetails): string {
  const { rows, tokens } = words
  const lines: [string, string | null][] = [
    [rows.family, model.family],
    [rows.size, model.parameterSize],
    [rows.quantization, model.quantization],
    [rows.context, model.contextLength === null ? null : tokens(model.contextLength)],
    [rows.numCtx, model.numCtx === null ? null : tokens(model.numCtx)],
    [rows.capabilities, model.capabilities.join(' ') || null],
    [rows.requires, model.requires],
    [rows.modified, model.modifiedAt],
  ]
  const table = lines.flatMap(([name, value]) =>
    value === null ? [] : [`${name.padEnd(22)} ${printable(value).replace(/\s+/g, ' ')}\n`],
  )
  const block = (title: string, text: string | null) =>
    text === null ? '' : `\n${title}\n${printable(text).trimEnd().replace(/^/gm, '  ')}\n`
  const licenseHead = model.license?.split('\n').slice(0, 3).join('\n') ?? null
  return `${printable(model.name)}\n${table.join('')}${block(words.parameters, model.parameters)}${block(words.license, licenseHead)}`
}
