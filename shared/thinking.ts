// Which models can be told how much to think. Without a schema: the window needs no more.

/** What can be said to a model about its thinking: how much, whether, or nothing because it does not; null when nobody knows. */
export type Thinking = 'levels' | 'switch' | 'none' | null

/** By what the server says of it. Only gpt-oss takes levels: the others take any level for yes, and older servers refuse the words. */
export function thinkingOf({
  capabilities,
  family,
}: {
  capabilities: readonly string[]
  family: string | null
}): Thinking {
  if (capabilities.length === 0) return null
  if (!capabilities.includes('thinking')) return 'none'
  return /^gpt-?oss/u.test(family ?? '') ? 'levels' : 'switch'
}
