// How a skill is called everywhere a model reads of it.
import { neutralise } from './control-tokens.ts'

/** One line, and no control token. */
export function calledName(name: string): string {
  return neutralise(name.replace(/\s+/g, ' ').trim())
}
