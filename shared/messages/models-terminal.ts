// Sentences of `carrel models …`.
import { size } from './sizes.ts'

export const modelTerminalWords = {
  inMemory: (gpuPercent: number, contextTokens: number | null) => {
    const where = gpuPercent >= 100 ? 'on the GPU' : gpuPercent <= 0 ? 'on the CPU' : `${gpuPercent}% on the GPU`
    const window = contextTokens === null ? '' : `, window ${contextTokens.toLocaleString('en')}`
    return `loaded ${where}${window}`
  },
  rows: {
    family: 'family',
    size: 'parameters',
    quantization: 'quantization',
    context: 'context',
    numCtx: 'window its maker set',
    capabilities: 'can do',
    requires: 'needs Ollama',
    modified: 'changed',
  },
  tokens: (count: number) => `${count.toLocaleString('en')} tokens`,
  parameters: 'Values its maker set',
  license: 'License',
  installed: (model: string, bytes: number) => `${model} is installed (${size(bytes)}).`,
  removed: (model: string) => `${model} is removed.`,
  unloaded: (model: string) => `${model} is out of memory. It stays installed.`,
  stillLoaded: (model: string) => `${model} still answers somebody, and leaves memory after that.`,
  waiting: (model: string) => `${model} waits: another model is on its way to this server.`,
  progress: (model: string, parts: readonly string[]) => [model, ...parts.filter(Boolean)].join('  '),
  paused: (model: string) => `Paused. What has come is kept; go on with: carrel models pull ${model}`,
  pausedElsewhere: (model: string) => `${model} was paused in another Carrel. Go on with: carrel models pull ${model}`,
  cancelledElsewhere: (model: string) => `${model} was taken off the list in another Carrel.`,
} as const
