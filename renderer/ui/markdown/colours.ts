// The way to the colours of code: their languages are a seventh of the window's script and nothing at the start needs them.

type Highlight = typeof import('./highlight.ts').highlight

let known: Highlight | null = null

/** null until they were loaded. */
export const loadedHighlight = (): Highlight | null => known

export async function loadHighlight(): Promise<Highlight> {
  const { highlight } = await import('./highlight.ts')
  known = highlight
  return highlight
}
