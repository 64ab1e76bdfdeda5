// Which key press sends a message: never the one that ends the composition of an input method.
import type { Settings } from '../../shared/settings.ts'

type Press = Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>

/** Reported instead of the real key while an input method is at work. */
const composing = 229

/** The press belongs to an input method. */
export function isComposition(press: Pick<Press, 'keyCode' | 'isComposing'>): boolean {
  return press.isComposing || press.keyCode === composing
}

/** Gives what is written to the answer that is being written; it is no send key, whatever the setting. */
export function isCorrectKey(press: Press): boolean {
  if (press.key !== 'Enter' || isComposition(press)) return false
  return press.altKey && !press.shiftKey && !press.ctrlKey && !press.metaKey
}

export function isSendKey(press: Press, sendWith: Settings['sendWith']): boolean {
  if (press.key !== 'Enter' || isComposition(press)) return false
  const isWithModifier = press.ctrlKey || press.metaKey
  if (sendWith === 'mod-enter') return isWithModifier && !press.shiftKey && !press.altKey
  return !press.shiftKey && !press.altKey && !isWithModifier
}
