// Decides whether a person is asked: forbidden beats ask beats allow, and nothing that lies in a workspace has a say.
import { realpath } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { AskReason } from '../../../shared/approval.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { policyWords } from '../../../shared/messages/policy.ts'
import type { Events, Policy, PolicyQuestion, PolicyVerdict, Surroundings } from '../../contracts.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { readCommand } from './command-cover.ts'
import {
  type Covers,
  createRuleStore,
  policyVersion,
  type RuleStoreDependencies,
  type StoredRule,
  shownRule,
} from './rule-store.ts'
import { subjectOfCall } from './subject.ts'

export interface PolicyDependencies extends RuleStoreDependencies {
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'log' | 'newId' | 'now'>
}

/** As much of a long address as a list of rules has room for. */
const matchLength = 500

/** What a rule of this call would cover. */
interface Coverage {
  covers: Covers
  pattern: string
  /** This call, as the list of rules shows what they have matched. */
  match: string
  /** In words, for the person. */
  words: string
}

export function createPolicy(dependencies: PolicyDependencies): Policy {
  const { events, surroundings } = dependencies
  const store = createRuleStore(dependencies)
  events.on('sessions.removed', ({ sessionId }) => store.forgetSession(sessionId))

  /** The rules that say something about this call. */
  async function rulesFor(question: PolicyQuestion, coverage: Coverage): Promise<readonly StoredRule[]> {
    const folder = await realFolder(question)
    if (folder === null) return []
    return (await store.all()).filter(
      (rule) =>
        rule.folder === folder &&
        rule.tool === question.tool &&
        rule.covers === coverage.covers &&
        rule.pattern === coverage.pattern &&
        (rule.scope === 'folder' || rule.sessionId === question.sessionId),
    )
  }

  async function used(rule: StoredRule, coverage: Coverage): Promise<void> {
    await store.use(rule.id, surroundings.now().toISOString(), coverage.match)
  }

  async function judge(question: PolicyQuestion): Promise<PolicyVerdict> {
    const { effect, mode, doubts } = question
    // What cannot be done is no question to anybody.
    const forbidden = forbiddenBy(question)
    if (forbidden) return forbidden
    const coverage = coverageOf(question)
    const rules = coverage ? await rulesFor(question, coverage) : []
    const denying = rules.find((rule) => rule.decision === 'deny')
    if (coverage && denying) {
      await used(denying, coverage)
      return { decision: 'deny', by: `rule:${denying.id}`, sentence: policyWords.ruleForbids(denying.pattern) }
    }

    const reasons: AskReason[] = [...new Set(doubts)]
    let by: string | null = 'mode'
    if (isCommit(question)) {
      reasons.push('commit')
    } else if (effect === 'execute' || effect === 'network') {
      const mayGoUnasked = isBehindGuards(question)
      const allowing = mode === 'read-only' ? undefined : rules.find((rule) => rule.decision === 'allow')
      if (!mayGoUnasked) reasons.push('unsealed')
      by = null
      if (mayGoUnasked && question.allowed.includes(effect)) by = 'flag'
      else if (mayGoUnasked && effect === 'execute' && mode === 'trusted') by = 'mode'
      else if (mayGoUnasked && allowing) by = `rule:${allowing.id}`
      else if (effect === 'network') reasons.push('network')
      else reasons.push(isUnruly(question) ? 'unruly-command' : 'command')
      if (reasons.length === 0 && coverage && allowing && by === `rule:${allowing.id}`) await used(allowing, coverage)
    }
    if (reasons.length === 0 && by !== null) return { decision: 'allow', by }
    const isSomewhere = coverage !== null && (await realFolder(question)) !== null
    return { decision: 'ask', reasons, remembers: isSomewhere ? (rememberable(question)?.words ?? null) : null }
  }

  return {
    judge,
    subjectOf: subjectOfCall,
    hashOf: (question) =>
      sha256(
        canonicalJson({
          tool: question.tool,
          arguments: question.arguments,
          folder: question.folder,
          policyVersion,
        }),
      ),
    async remember(question, decision, scope) {
      const coverage = rememberable(question)
      const folder = await realFolder(question)
      if (!coverage || folder === null) throw new ExpectedFailure('denied', policyWords.neverRemembered)
      const same = (await rulesFor(question, coverage)).find(
        (rule) => rule.decision === decision && rule.scope === scope,
      )
      if (same) return shownRule(same)
      const made: StoredRule = {
        id: surroundings.newId(),
        tool: question.tool,
        pattern: coverage.pattern,
        decision,
        scope,
        folder,
        sessionId: scope === 'session' ? question.sessionId : null,
        createdAt: surroundings.now().toISOString(),
        lastUsedAt: null,
        lastMatches: [],
        uses: 0,
        covers: coverage.covers,
        policyVersion,
      }
      await store.add(made)
      return shownRule(made)
    },
    async rules() {
      const rules = [...(await store.all())].reverse()
      // Ids sort by time, and the list of sessions' rules follows that of folders.
      return rules.sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt)).map(shownRule)
    },
    revoke: (id) => store.remove(id),
  }
}

/** A folder that is gone, or that lies elsewhere by now, is not the one a rule was made in. */
async function realFolder({ folder }: PolicyQuestion): Promise<string | null> {
  // What is no whole path would be looked for below the folder this process happens to stand in.
  return isAbsolute(folder) ? await realpath(folder).catch(() => null) : null
}

const isCommit = ({ tool }: PolicyQuestion) => tool === 'git_commit'

/** What no answer of a person changes. */
function forbiddenBy(question: PolicyQuestion): PolicyVerdict | null {
  const { effect, mode, seal } = question
  if (mode === 'read-only' && (effect === 'write' || isCommit(question))) {
    return { decision: 'deny', by: 'mode', sentence: policyWords.readOnlyWrite }
  }
  if (mode === 'read-only' && effect === 'network') {
    return { decision: 'deny', by: 'mode', sentence: policyWords.readOnlyNetwork }
  }
  // A commit is made in the jail, too.
  if ((effect === 'execute' || isCommit(question)) && seal.state === 'off') {
    return { decision: 'deny', by: 'seal', sentence: policyWords.commandsOff(seal.reason) }
  }
  return null
}

function isUnruly(question: PolicyQuestion): boolean {
  const subject = subjectOfCall(question)
  return subject.kind !== 'command' || readCommand(subject.command) === 'unruly'
}

/** The network is reached by us and not from inside the jail: the guards say nothing about it. */
function isBehindGuards({ effect, seal }: PolicyQuestion): boolean {
  return effect === 'network' || (seal.state === 'holds' && seal.guards.every(({ holds }) => holds))
}

/**
 * A doubt is about one call, and so is the answer to it; that of a moment without guards, or of a session that asks about every
 * command, is not meant for other moments.
 */
function rememberable(question: PolicyQuestion): Coverage | null {
  const isPlain = question.doubts.length === 0 && question.mode !== 'read-only' && isBehindGuards(question)
  return isPlain ? coverageOf(question) : null
}

/** null: no rule can be sure of this call. */
function coverageOf(question: PolicyQuestion): Coverage | null {
  const subject = subjectOfCall(question)
  if (subject.kind === 'url' && question.effect === 'network') {
    const { host, url } = subject
    return { covers: 'host', pattern: host, match: url.slice(0, matchLength), words: policyWords.remembersHost(host) }
  }
  // What goes on in the background outlives the moment somebody looked at it.
  if (subject.kind !== 'command' || subject.background || question.effect !== 'execute') return null
  const reading = readCommand(subject.command)
  if (reading === 'unruly' || reading.cover === null) return null
  const { kind, pattern } = reading.cover
  const words = kind === 'exact' ? policyWords.remembersExact(pattern) : policyWords.remembersLooking(pattern)
  return { covers: kind, pattern, match: subject.command, words }
}
