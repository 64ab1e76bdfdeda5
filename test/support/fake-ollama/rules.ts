// Faults of routes: which one comes next for a path, and for how long.
import { type Fault, fitsRoute, nameOf } from './faults.ts'
import type { Rule } from './scenario.ts'

export function createRules() {
  const rules = new Map<string, { fault: Fault; times: number }>()

  function set(path: string, fault: Fault | null, times = Number.POSITIVE_INFINITY): void {
    if (fault === null) {
      rules.delete(path)
      return
    }
    if (!fitsRoute(path, fault)) throw new TypeError(`${nameOf(fault)} cannot happen on ${path}`)
    rules.set(path, { fault, times })
  }

  return {
    set,
    setAll(list: readonly Rule[]): void {
      for (const { route, fault, times } of list) set(route, fault, times)
    },
    /** The fault for this request; a rule for the path goes before one for all of them. */
    take(path: string): Fault | null {
      const rule = [rules.get(path), rules.get('*')].find((one) => one !== undefined && one.times > 0)
      if (rule === undefined) return null
      rule.times -= 1
      return rule.fault
    },
  }
}
