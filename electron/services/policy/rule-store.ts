// Where rules live: those of folders in rules.json, those of sessions in memory. Nothing of them ever comes from a workspace.
import { z } from 'zod'
import { type Rule, rule } from '../../../shared/approval.ts'
import { policyWords } from '../../../shared/messages/policy.ts'
import type { Events, Home, Surroundings } from '../../contracts.ts'

/** A rule made under another version was an answer to another question. */
export const policyVersion = 1

const fileName = 'rules.json'
const covers = z.enum(['exact', 'looking', 'host'])
export type Covers = z.infer<typeof covers>

/** Beside what is shown of it: what its pattern means, and by which version of the policy it was made. */
const storedRule = rule.extend({ covers, policyVersion: z.number().int() })
export type StoredRule = z.infer<typeof storedRule>
const file = z.object({ rules: z.array(storedRule.loose()) })

export interface RuleStoreDependencies {
  home: Pick<Home, 'read' | 'write' | 'setAside' | 'requireWritable' | 'readOnly'>
  events: Pick<Events, 'emit'>
  surroundings: Pick<Surroundings, 'log' | 'newId'>
}

/** A change answers the next rules, or null when nothing is to be changed. */
type Change = (rules: readonly StoredRule[]) => readonly StoredRule[] | null

export interface RuleStore {
  /** Those of this version, in no order. */
  all(): Promise<readonly StoredRule[]>
  /** Throws the readOnly failure for rules of folders when this process may not write. */
  add(rule: StoredRule): Promise<void>
  /** Best effort: a rule counts also where its use cannot be written down. */
  use(id: string, at: string, match: string): Promise<void>
  /** False when there is none of this id. */
  remove(id: string): Promise<boolean>
  forgetSession(sessionId: string): void
}

const lastMatchesKept = 5

export function createRuleStore({ home, events, surroundings }: RuleStoreDependencies): RuleStore {
  let ofSessions: readonly StoredRule[] = []
  let last: Promise<unknown> = Promise.resolve()
  let saidOf: string | null = null

  /** One after the other: each sees what the one before has written. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  /** Read every time: another process may have written it. null is a file that is no list of rules, so none of it counts. */
  async function load(): Promise<readonly StoredRule[] | null> {
    let text: string | null = null
    try {
      text = await home.read(fileName)
      if (text === null) return []
      return file.parse(JSON.parse(text)).rules
    } catch (thrown) {
      // Once for what is found there, and not at each question.
      if (saidOf !== (text ?? '')) {
        saidOf = text ?? ''
        surroundings.log(`${fileName} could not be read, no rule of a folder counts: ${String(thrown)}`)
        const notice = { id: surroundings.newId(), severity: 'warn', code: 'rules_unreadable' } as const
        events.emit('app.notice', { ...notice, message: policyWords.rulesUnreadable })
      }
      return null
    }
  }

  async function change(work: Change): Promise<boolean> {
    home.requireWritable()
    const known = await load()
    const next = work(known ?? [])
    if (next === null) return false
    // Kept for whoever can still read something in it.
    if (known === null) await home.setAside(fileName)
    await home.write(fileName, `${JSON.stringify({ rules: next }, null, 2)}\n`)
    events.emit('rules.changed', {})
    return true
  }

  function changeSessions(next: readonly StoredRule[]): void {
    ofSessions = next
    events.emit('rules.changed', {})
  }

  return {
    all: () =>
      inTurn(async () => {
        const ofFolders = (await load()) ?? []
        return [...ofFolders, ...ofSessions].filter((one) => one.policyVersion === policyVersion)
      }),
    add: (added) =>
      inTurn(async () => {
        if (added.scope === 'session') changeSessions([...ofSessions, added])
        else await change((rules) => [...rules, added])
      }),
    use: (id, at, match) =>
      inTurn(async () => {
        const used = (one: StoredRule): StoredRule => {
          if (one.id !== id) return one
          const lastMatches = [match, ...one.lastMatches].slice(0, lastMatchesKept)
          return { ...one, uses: one.uses + 1, lastUsedAt: at, lastMatches }
        }
        if (ofSessions.some((one) => one.id === id)) changeSessions(ofSessions.map(used))
        else if (!home.readOnly) await change((rules) => (rules.some((one) => one.id === id) ? rules.map(used) : null))
      }).catch((thrown) => surroundings.log(`the use of a rule was not written down: ${String(thrown)}`)),
    remove: (id) =>
      inTurn(async () => {
        const left = ofSessions.filter((one) => one.id !== id)
        if (left.length < ofSessions.length) {
          changeSessions(left)
          return true
        }
        return await change((rules) =>
          rules.some((one) => one.id === id) ? rules.filter((one) => one.id !== id) : null,
        )
      }),
    forgetSession(sessionId) {
      const left = ofSessions.filter((one) => one.sessionId !== sessionId)
      if (left.length < ofSessions.length) changeSessions(left)
    },
  }
}

/** As it is shown: without what only the policy knows of it. */
export function shownRule(stored: StoredRule): Rule {
  return rule.parse(stored)
}
