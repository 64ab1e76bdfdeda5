// How deep JSON is nested, before it is parsed: what is deeper than the format allows is refused unread.
import { depthLimit } from './spilled.ts'

/** Whether brackets are nested deeper than the format allows; those in strings do not count. */
export function isTooDeep(json: Uint8Array): boolean {
  // Opening and closing one level takes two bytes: most lines are too short to be too deep.
  if (json.length <= 2 * depthLimit) return false
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > depthLimit) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}
