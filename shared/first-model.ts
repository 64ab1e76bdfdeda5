// Which model somebody is offered who has none yet, by what the machine has room for.

/** A model as it is offered. Bytes; `memoryBytes` is a rough need with a window of 16,384 tokens. */
export interface ModelSuggestion {
  model: 'gemma4:e4b' | 'gemma4:e2b' | 'qwen3:4b' | 'qwen3:1.7b'
  bytes: number
  memoryBytes: number
}

/**
 * Best first. Sizes on disk are those of the registry: e4b by Ollama's own interface description, the others as its library pages
 * round them. 12 GB for e4b is Ollama's own hint; of the others it is their size and a third, for the window and what runs it.
 */
export const suggestions: readonly ModelSuggestion[] = [
  { model: 'gemma4:e4b', bytes: 9_608_350_245, memoryBytes: 12_000_000_000 },
  { model: 'gemma4:e2b', bytes: 7_200_000_000, memoryBytes: 9_600_000_000 },
  { model: 'qwen3:4b', bytes: 2_500_000_000, memoryBytes: 4_500_000_000 },
  { model: 'qwen3:1.7b', bytes: 1_400_000_000, memoryBytes: 2_500_000_000 },
]

/** Left free on purpose. */
const spareBytes = 500_000_000

export interface MachineRoom {
  /** null where it is not known: the server is another machine. */
  freeBytes: number | null
  memoryBytes: number | null
}

export const fitsDisk = ({ bytes }: ModelSuggestion, { freeBytes }: MachineRoom): boolean =>
  freeBytes === null || bytes + spareBytes <= freeBytes

/** What the system and other programs need stays free: a model that does not fit is read from the disk again and again. */
export const fitsMemory = ({ memoryBytes: needed }: ModelSuggestion, { memoryBytes }: MachineRoom): boolean =>
  memoryBytes === null || needed <= memoryBytes

/**
 * The best one that fits, and the next smaller one that does; where nothing fits, the smallest, and that it does not is said.
 * gemma4 first unless the server is too old for it.
 */
export function offeredModels(room: MachineRoom, runsGemma: boolean): readonly ModelSuggestion[] {
  const usable = suggestions.filter(({ model }) => runsGemma || !model.startsWith('gemma4'))
  const fitting = usable.filter((one) => fitsDisk(one, room) && fitsMemory(one, room))
  return fitting.length === 0 ? usable.slice(-1) : fitting.slice(0, 2)
}

/** Of the server, as far as gemma4 is concerned. Its versions are those of facts that were looked up: 0.20.0 and 0.20.7. */
export function gemmaVersion(version: string | null): 'fine' | 'shaky' | 'too-old' {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version ?? '') ?? []
  // A version of somebody's own making, such as 0.0.0, says nothing.
  if (major === undefined || (major === '0' && minor === '0' && patch === '0')) return 'fine'
  const number = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch)
  if (number < 20_000) return 'too-old'
  return number < 20_007 ? 'shaky' : 'fine'
}
