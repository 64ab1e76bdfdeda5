// Two states of one file as a unified diff, for those who are given this rather than import it.
import { decode } from './encoding.ts'
import { touched } from './unified-diff.ts'

/** null when the bytes are no text. */
export async function textOf(bytes: Uint8Array): Promise<string | null> {
  return decode(bytes)?.text ?? null
}

/** null is no file. */
export async function compareTexts(path: string, before: string | null, after: string | null) {
  const { added, removed, diff } = touched(path, before === null ? 'created' : 'replaced', before, after ?? '')
  return { added, removed, diff: before === after ? null : diff }
}
