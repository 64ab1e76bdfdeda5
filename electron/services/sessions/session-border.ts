// The border of one run: judges each call, asks the person where it must, records what was decided and what came of it.
import { randomBytes } from 'node:crypto'
import { type Approval, type AskReason, armsAfterMs, type Decision, type Scope } from '../../../shared/approval.ts'
import { ExpectedFailure, toFailure } from '../../../shared/failure.ts'
import { notDone } from '../../../shared/ledger.ts'
import { approvalWords } from '../../../shared/messages/approvals.ts'
import type { TreeRecord } from '../../../shared/session.ts'
import type { ToolEffect } from '../../../shared/tool.ts'
import type { AskedCall, Border, Permit } from '../../agent/border.ts'
import { toModel } from '../../agent/to-model.ts'
import type {
  ApprovalAnswer,
  Ledger,
  Policy,
  PolicyQuestion,
  PolicyVerdict,
  Sandbox,
  Surroundings,
} from '../../contracts.ts'

export interface BorderServices {
  policy: Policy
  sandbox: Sandbox
  ledger: Ledger
  surroundings: Pick<Surroundings, 'now' | 'log'>
}

export interface BorderRun {
  sessionId: string
  /** Real path of the workspace. */
  folder: string
  /** As it is now: the person may change it while the run goes on. */
  mode(): PolicyQuestion['mode']
  /** Effects that a flag of the terminal has allowed. */
  allowed: readonly ToolEffect[]
  /** Somebody can answer. */
  canAsk: boolean
  record(entry: ApprovalEntry): Promise<TreeRecord>
  /** What is asked now; null when nothing is. */
  show(approval: Approval | null): void
}

export interface ApprovalEntry {
  type: 'approval'
  callId: string
  decision: Decision
  scope: Scope
  /** user, mode, flag, or rule:<id>. */
  by: string
  hash: string
  note?: string
}

export interface SessionBorder extends Border {
  /** Throws `not-found` when this is not what is asked now, and `denied` when it may not be answered so. */
  decide(answer: ApprovalAnswer): Promise<void>
}

/** A question nobody answers is a no after this time. Milliseconds. */
const expiresAfterMs = 30 * 60_000

type Decided = { decision: Decision; scope: Scope; by: string; note: string | null }
type Given = { decided: Decided } | 'stopped' | 'expired'

export function createBorder({ policy, sandbox, ledger, surroundings }: BorderServices, run: BorderRun): SessionBorder {
  const { sessionId, folder } = run
  let asking: { approval: Approval; question: PolicyQuestion; give: (given: Given) => void } | null = null
  /** One question at a time. */
  let turn: Promise<unknown> = Promise.resolve()

  async function questionOf({ call, effect, arguments: given, doubts }: AskedCall, signal: AbortSignal) {
    let seal = sandbox.seal()
    if (effect === 'execute' && seal.state === 'unproven') seal = await sandbox.prove(signal)
    const about = { tool: call.name, effect, arguments: given, doubts, seal }
    return { ...about, folder, sessionId, mode: run.mode(), allowed: run.allowed } satisfies PolicyQuestion
  }

  async function permit(asked: AskedCall, signal: AbortSignal): Promise<Permit> {
    const question = await questionOf(asked, signal)
    const verdict = await policy.judge(question)
    if (signal.aborted) return stopped
    if (verdict.decision !== 'ask') return await withoutAsking(asked, question, verdict)
    if (!run.canAsk) {
      await record(asked, question, { decision: 'deny', scope: 'once', by: 'mode', note: null })
      return refusal(toModel.nobodyToAsk(verdict.reasons.map((reason) => approvalWords.toModel[reason])))
    }
    const mine = turn.then(() => askInTurn(asked, signal))
    turn = mine.catch(() => undefined)
    return await mine
  }

  /** Judged again: while another question was open, its answer may have become a rule for this one, too. */
  async function askInTurn(asked: AskedCall, signal: AbortSignal): Promise<Permit> {
    if (signal.aborted) return stopped
    const question = await questionOf(asked, signal)
    const verdict = await policy.judge(question)
    if (verdict.decision !== 'ask') return await withoutAsking(asked, question, verdict)
    const given = await ask(asked, question, verdict, signal)
    if (given === 'stopped') return stopped
    if (given === 'expired') {
      await record(asked, question, { decision: 'deny', scope: 'once', by: 'mode', note: null })
      return refusal(toModel.unanswered)
    }
    const { decided } = given
    const approvalId = await record(asked, question, decided)
    if (signal.aborted) return stopped
    return decided.decision === 'allow' ? { allow: true, approvalId } : refusal(toModel.deniedByPerson(decided.note))
  }

  async function withoutAsking(
    asked: AskedCall,
    question: PolicyQuestion,
    verdict: Exclude<PolicyVerdict, { decision: 'ask' }>,
  ): Promise<Permit> {
    const { decision, by } = verdict
    // What the mode lets through in silence would be a line for every file that is read.
    const isSilent = decision === 'allow' && by === 'mode' && (asked.effect === 'read' || asked.effect === 'write')
    const approvalId = isSilent ? null : await record(asked, question, { decision, scope: scopeOf(by), by, note: null })
    return verdict.decision === 'allow' ? { allow: true, approvalId } : refusal(toModel.forbidden(verdict.sentence))
  }

  function ask(
    { call, effect }: AskedCall,
    question: PolicyQuestion,
    { reasons, remembers }: { reasons: readonly AskReason[]; remembers: string | null },
    signal: AbortSignal,
  ): Promise<Given> {
    const askedAt = surroundings.now()
    const approval: Approval = {
      id: randomBytes(16).toString('hex'),
      sessionId,
      callId: call.id,
      tool: call.name,
      effect,
      subject: policy.subjectOf(question),
      folder,
      reasons: [...reasons],
      hash: policy.hashOf(question),
      remembers,
      seal: question.seal,
      askedAt: askedAt.toISOString(),
      expiresAt: new Date(askedAt.getTime() + expiresAfterMs).toISOString(),
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => give('expired'), expiresAfterMs)
      timer.unref()
      const stop = () => give('stopped')
      const give = (given: Given) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        asking = null
        run.show(null)
        resolve(given)
      }
      signal.addEventListener('abort', stop, { once: true })
      asking = { approval, question, give }
      run.show(approval)
    })
  }

  async function record({ call }: AskedCall, question: PolicyQuestion, decided: Decided): Promise<string> {
    const { note, ...rest } = decided
    const entry = { type: 'approval' as const, callId: call.id, ...rest, hash: policy.hashOf(question) }
    return (await run.record({ ...entry, ...(note !== null && note !== '' && { note }) })).id
  }

  return {
    permit,

    async crossed({ call, effect, arguments: given, doubts }, approved, outcome) {
      const approvalId = approved.allow ? approved.approvalId : null
      const add = (kind: 'command' | 'host' | 'secret', what: string, came: string) =>
        ledger.add({ sessionId, kind, what, approvalId, outcome: came })
      const came = approvalWords.cameOf(outcome)
      if (doubts.includes('secret')) await add('secret', String(given['path'] ?? call.name), came)
      if (effect === 'execute') await add('command', String(given['command'] ?? call.name), came)
      if (call.name === 'git_commit') await add('command', `git_commit: ${String(given['message'] ?? '')}`, came)
      // Refused by the guards of the web: nothing was connected to.
      const isUnreached = outcome.failure?.code === 'denied'
      if (effect === 'network') await add('host', hostOf(given['url']), isUnreached ? notDone : came)
    },

    async decide({ approvalId, hash, decision, scope, note }) {
      // Nothing is awaited between the look and the answer but what is remembered, and then it is looked at again.
      const current = asking
      if (!current || current.approval.id !== approvalId) {
        throw new ExpectedFailure('not-found', approvalWords.gone)
      }
      const { approval, question, give } = current
      if (approval.hash !== hash) throw new ExpectedFailure('denied', approvalWords.other)
      const sinceAsked = surroundings.now().getTime() - Date.parse(approval.askedAt)
      if (decision === 'allow' && sinceAsked < armsAfterMs) throw new ExpectedFailure('denied', approvalWords.tooSoon)
      if (scope !== 'once') {
        if (approval.remembers === null) throw new ExpectedFailure('denied', approvalWords.neverRemembered)
        await policy.remember(question, decision, scope).catch((thrown) => {
          throw new ExpectedFailure('unavailable', approvalWords.notRemembered(toFailure(thrown, '').message))
        })
        if (asking !== current) throw new ExpectedFailure('not-found', approvalWords.gone)
      }
      give({ decided: { decision, scope, by: 'user', note } })
    },
  }
}

const stopped: Permit = {
  allow: false,
  content: toModel.cancelled,
  failure: { code: 'cancelled', reason: null },
}

function refusal(content: string): Permit {
  return { allow: false, content, failure: { code: 'denied', reason: 'not-allowed' } }
}

/** A rule has the scope it was made with; the record says which rule it was. */
const scopeOf = (by: string): Scope => (by === 'mode' || by === 'flag' ? 'session' : 'folder')

/** As the ledger has it: the host and its port, and nothing of what was asked for there. */
function hostOf(url: unknown): string {
  try {
    const { hostname, port, protocol } = new URL(String(url))
    return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`
  } catch {
    return String(url).slice(0, 200)
  }
}
