// The name of a skill's folder. What a skill says of itself is never a path as it stands.
import { isSafePath } from '../../../../shared/data-places.ts'

const longest = 64

/** null when nothing is left of it, or no folder can be named so on every system. */
export function folderNameOf(name: string): string | null {
  // A dot at its end is lost on Windows, so somebody else's folder might be meant.
  if (/[. ]$/.test(name)) return null
  const plain = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  const cut = [...plain].slice(0, longest).join('').replace(/-+$/, '')
  return cut !== '' && isSafePath(cut) ? cut : null
}
