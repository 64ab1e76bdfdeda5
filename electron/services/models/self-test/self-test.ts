// Tests a model: a few short questions, asked as a run would ask them, each after everything that is asked in earnest.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { failures } from '../../../../shared/messages/failures.ts'
import { selfTestWords as words } from '../../../../shared/messages/self-test.ts'
import {
  evidenceLimit,
  type PartResult,
  type SelfTest,
  selfTestParts,
  selfTestVersion,
  type TestedModel,
  type TestProgress,
} from '../../../../shared/self-test.ts'
import type { Events, ModelEvent, Models, Surroundings, ToolCall } from '../../../contracts.ts'
import { createCloser } from '../http.ts'
import { type Claims, type Heard, type Question, questionsFor } from './questions.ts'
import type { RunWatch } from './run-watch.ts'

export interface SelfTestDependencies {
  models: Pick<Models, 'generate' | 'refresh'>
  events: Events
  surroundings: Pick<Surroundings, 'now'>
  runs: RunWatch
  /** Longest time for one answer from its first sign on, ms. Loading and waiting do not count. */
  limitMs: number
}

export interface TestedAs {
  model: string
  digest: string | null
  claims: Claims
  /** Tokens of the window it is asked with; null for the one that new sessions have. */
  numCtx: number | null
}

/** Tokens of one answer. Those that think whatever they are told need some of them before their first word. */
const mostTokens = 400

/**
 * Asks all questions and answers what came of them. Throws what keeps the model from being asked at all (the server is away, it is not
 * installed, it cannot chat), and `cancelled`.
 */
export async function testModel(
  { models, events, surroundings, runs, limitMs }: SelfTestDependencies,
  { model, digest, claims, numCtx }: TestedAs,
  signal: AbortSignal,
): Promise<TestedModel> {
  const results: PartResult[] = []
  let ms = 0
  let phase: TestProgress['phase'] = 'waiting'
  const tell = (next: TestProgress['phase']) => {
    phase = next
    events.emit('models.testing', { model, phase, done: [...results] })
  }
  tell('waiting')
  try {
    for (const [index, question] of questionsFor(claims).entries()) {
      let heard: Heard | null = null
      if (question.notClaimed === null) {
        const begun = { at: surroundings.now().getTime() }
        heard = await askInTurn(question, index === 0, begun)
        ms += surroundings.now().getTime() - begun.at
      }
      results.push(...resultsOf(question, heard))
      tell('asking')
    }
  } finally {
    tell('ended')
  }
  const parts = selfTestParts.flatMap((part) => results.filter((one) => one.part === part))
  const test: SelfTest = { v: selfTestVersion, testedAt: surroundings.now().toISOString(), ms, parts }
  return { model, digest, test }

  /** A run that begins meanwhile goes first, and the question is asked anew behind it. */
  async function askInTurn(question: Question, isFirst: boolean, begun: { at: number }): Promise<Heard> {
    for (;;) {
      if (runs.goesOn() && phase !== 'waiting') tell('waiting')
      await runs.none(signal)
      const closer = createCloser(signal)
      const stop = runs.onBegin(() => closer.close())
      try {
        const heard = await askOne(question, isFirst, begun, closer.signal)
        if (!closer.signal.aborted) return heard
      } finally {
        stop()
        closer.close()
      }
      if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    }
  }

  async function askOne(
    { request }: Question,
    isFirst: boolean,
    begun: { at: number },
    own: AbortSignal,
  ): Promise<Heard> {
    const limit = createCloser(own)
    let timer: NodeJS.Timeout | null = null
    let isOver = false
    const count = () => {
      if (timer) return
      begun.at = surroundings.now().getTime()
      tell('asking')
      timer = setTimeout(() => {
        isOver = true
        limit.close()
      }, limitMs)
    }
    let text = ''
    let thinking = ''
    let pieces = 0
    const calls: ToolCall[] = []
    const heard = (fault: string | null): Heard => ({ text, thinking, calls, pieces, fault })
    const hear = (event: ModelEvent) => {
      if (event.type === 'waiting' && event.for !== 'prompt') {
        tell(event.for === 'loading' ? 'loading' : 'waiting')
        return
      }
      count()
      if (event.type === 'text') {
        text += event.delta
        pieces += 1
      } else if (event.type === 'thinking') thinking += event.delta
      else if (event.type === 'tool-call') calls.push(event.call)
    }
    try {
      const window = numCtx === null ? {} : { numCtx }
      const asked = { model, ...request, ...window, think: 'off' as const, sessionId: null, mostTokens }
      for await (const event of models.generate(asked, limit.signal)) hear(event)
      return heard(null)
    } catch (thrown) {
      if (isOver) return heard(words.tooLong(Math.round(limitMs / 1_000)))
      // A run goes first: whoever called asks again.
      if (own.aborted && !signal.aborted) return heard(null)
      if (!(thrown instanceof ExpectedFailure) || signal.aborted) throw thrown
      if (await isNoAnswerOfTheModel(thrown, isFirst)) throw thrown
      return heard(thrown.failure.message)
    } finally {
      if (timer) clearTimeout(timer)
      limit.close()
    }
  }

  /** The server is away, or refuses the model as such: that is no property of the model. */
  async function isNoAnswerOfTheModel({ failure }: ExpectedFailure, isFirst: boolean): Promise<boolean> {
    if (failure.code === 'not-found' || failure.code === 'busy') return true
    if (failure.code === 'invalid-input') return isFirst
    return failure.code === 'unavailable' && (await models.refresh(signal)).status !== 'ready'
  }
}

function resultsOf({ parts, notClaimed, asked, judge }: Question, heard: Heard | null): PartResult[] {
  return parts.map((part): PartResult => {
    if (heard === null) return { part, outcome: 'not-claimed', reason: notClaimed ?? '', asked: '', came: '' }
    const { outcome, reason } = judge(part, heard)
    const came = part === 'thinkingOff' && heard.thinking !== '' ? heard.thinking : cameOf(heard)
    return { part, outcome, reason: reason.slice(0, 1_000), asked: clip(asked), came: clip(came) }
  })
}

/** As it came: words, and the calls behind them. */
function cameOf({ text, calls }: Heard): string {
  return [text, ...calls.map(({ name, arguments: given }) => `${name}(${JSON.stringify(given)})`)]
    .filter((piece) => piece !== '')
    .join('\n')
}

function clip(text: string): string {
  return text.slice(0, evidenceLimit).replace(/[\ud800-\udbff]$/, '')
}
