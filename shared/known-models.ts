// Models whose size is known before a server has said anything of them.

/** Bytes on disk, by the name with its tag. From Ollama's library in 2026. */
const knownBytes: Readonly<Record<string, number>> = {
  'gemma4:e4b': 9_608_350_245,
  'gemma4:latest': 9_608_350_245,
  'gemma4:e2b': 7_200_000_000,
  'gemma4:12b': 7_600_000_000,
  'gemma4:26b': 18_000_000_000,
  'gemma4:31b': 20_000_000_000,
}

/** null for a model that is not among them. */
export function knownSize(model: string): number | null {
  const name = model.toLowerCase()
  return knownBytes[name.includes(':') ? name : `${name}:latest`] ?? null
}
