// Which results belong to which calls of a log. A call without a result gets none, and nothing is ever run.
import type { Call, Node } from './conversation.ts'
import { argumentsOf, textOf } from './fields.ts'

export interface Made {
  call: Call
  by: Node
  hasResult: boolean
}

export type Calls = ReturnType<typeof createCalls>

export function createCalls() {
  /** By the id in the log. Of several with one id a result belongs to the last. */
  const made = new Map<string, Made>()
  const ids = new Set<string>()

  return {
    /** An id of its own: a log may have an id twice, or none. */
    make(given: unknown, name: unknown, args: unknown, by: Node, place: string): Call {
      const wished = textOf(given)
      let id = wished === '' || wished.length > 200 ? `call:${place}` : wished
      for (let count = 2; ids.has(id); count++) id = `call:${place}:${count}`
      ids.add(id)
      const call = { id, name: textOf(name), arguments: argumentsOf(args) }
      made.set(wished === '' ? id : wished, { call, by, hasResult: false })
      return call
    },
    /** Null when nobody called for it, or it has been answered. */
    answered(given: unknown): Made | null {
      const found = made.get(textOf(given))
      if (!found || found.hasResult) return null
      found.hasResult = true
      return found
    },
  }
}
