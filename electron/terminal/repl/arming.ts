// When a key answers: nothing that was typed for something else, pasted, or is held down ever does.
import { armsAfterMs } from '../../../shared/approval.ts'
import type { Key } from './keys.ts'

/** A little more than the main process waits, so that it never has to refuse. Milliseconds. */
const margin = 60
/** So long after a key that grants no other may come: a key that is held down, or a sentence, goes on by then. Milliseconds. */
const settlesAfterMs = 150

export interface Arming {
  readonly isArmed: boolean
  /** What is asked stands on the screen from now on, or more of it. */
  begin(): void
  press(key: Key): void
  end(): void
}

export interface ArmingOptions {
  /** The keys that answer. Those that `grants` names wait a moment longer. */
  keys: readonly string[]
  grants: readonly string[]
  answer(key: string): void
  /** It is armed now, or no longer. */
  changed(): void
  /** Does this after so many milliseconds, unless what it answers is called. The system's clock, unless told. */
  later?: (ms: number, task: () => void) => () => void
}

function byTheClock(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms)
  return () => clearTimeout(timer)
}

/** Any key that comes before its time begins the time anew: whoever is typing has not read what is asked. */
export function createArming({ keys, grants, answer, changed, later = byTheClock }: ArmingOptions): Arming {
  let isArmed = false
  let unset = () => {}

  function begin(): void {
    unset()
    if (isArmed) {
      isArmed = false
      changed()
    }
    unset = later(armsAfterMs + margin, () => {
      isArmed = true
      changed()
    })
  }

  return {
    get isArmed() {
      return isArmed
    },
    begin,
    press(key) {
      const letter = key.kind === 'text' ? key.text : ''
      if (!isArmed || !keys.includes(letter)) return begin()
      isArmed = false
      unset()
      if (!grants.includes(letter)) return answer(letter)
      unset = later(settlesAfterMs, () => answer(letter))
    },
    end: () => unset(),
  }
}
