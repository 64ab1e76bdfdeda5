// Text as it may stand in a file that somebody else opens: nothing that a terminal obeys, nothing that turns what is read around.
import { plainText } from '../../../shared/plain-text.ts'

/** Overrides and isolates of the direction of writing. The marks that Arabic and Hebrew need stay. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g

export function plain(text: string): string {
  return plainText(text).replace(turning, (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase()}]`)
}
