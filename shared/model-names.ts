// Names of models as people write and paste them.

/** Registries that Ollama asks when a name does not say which. */
const ollamasOwn: readonly string[] = ['registry.ollama.ai', 'ollama.com']

/**
 * The name alone, also out of a pasted command such as `ollama run gemma4:e4b` or an address; null when it can be none. Of Ollama's
 * own rule only what keeps a name in one piece: the server has the last word.
 */
export function modelNameOf(words: string): string | null {
  const name = words
    .trim()
    .replace(/^ollama\s+(?:run|pull)\s+/u, '')
    .replace(/^https?:\/\//u, '')
    .replace(/^ollama\.com\/(?:library\/)?/u, '')
  return /^\w[\w.-]*(?::\d+(?=\/))?(?:\/\w[\w.-]*)*(?::[\w.-]+)?$/u.test(name) && name.length <= 400 ? name : null
}

/** The registry a name says, `host` or `host:port`; null when it is Ollama's own. Ollama takes the first of three parts for it. */
export function foreignRegistry(name: string): string | null {
  const parts = name.split('/')
  const [host = ''] = parts
  return parts.length < 3 || ollamasOwn.includes(host.toLowerCase()) ? null : host
}
