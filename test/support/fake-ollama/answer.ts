// Answers chat and generate: refusals, loading, the place in the row, the prompt, and then the scenario's turn.
import { nanoTime } from './clock.ts'
import { demonstrate } from './demonstrations.ts'
import type { Exchange } from './exchange.ts'
import type { Fault } from './faults.ts'
import { fitPrompt } from './prompt.ts'
import { type Asked, isEmpty, readChat, readGenerate } from './requests.ts'
import type { Scenario } from './scenario.ts'
import type { World } from './scene.ts'
import { play } from './stage.ts'
import { chooseSteps } from './turns.ts'

export interface Script {
  scenarioFor(modelName: string): Scenario
  /** Counts the request. */
  next(modelName: string): number
}

const refusalType = 'application/json'

/** `fault`: a rule for this route that plays in the answer, instead of the turn. */
export async function answerPrompt(
  exchange: Exchange,
  kind: Asked['kind'],
  world: World,
  script: Script,
  fault: Fault | null,
): Promise<void> {
  const { record, signal } = exchange
  const asked = kind === 'chat' ? readChat(record.raw, world.library) : readGenerate(record.raw, world.library)
  if ('error' in asked) return exchange.json(asked.status, { error: asked.error })
  const scenario = script.scenarioFor(asked.model.name)
  if (isEmpty(asked) && asked.keepAlive === 0) {
    world.runners.unload(asked.model.name, scenario.unloadMs ?? 0)
    return exchange.json(200, bare(asked, world, 'unload'))
  }
  const nth = script.next(asked.model.name)
  const loading = { ms: scenario.loadMs ?? 0, mostTokens: scenario.loadsAtMost }
  const seat = await world.runners.take(asked, loading, signal)
  if (seat === undefined) return
  if (seat === null) {
    return exchange.json(503, { error: 'server busy, please try again.  maximum pending requests exceeded' })
  }
  try {
    if (isEmpty(asked)) return exchange.json(200, bare(asked, world, 'load'))
    const prompt = fitPrompt(asked, seat.numCtx)
    if ('error' in prompt) return exchange.json(prompt.status, { error: prompt.error }, refusalType)
    record.prompt = prompt.text
    record.cachedPrefix = seat.read(prompt.text)
    world.records.changed()
    const steps = fault === null ? chooseSteps(scenario, asked, nth) : demonstrate(fault)
    if (steps === null) return exchange.json(500, { error: 'fake: no turn matched' })
    if (scenario.promptMs) await world.clock.pause(scenario.promptMs, signal)
    const { numCtx, loadDuration } = seat
    await play({ exchange, asked, world, scenario, numCtx, loadDuration, promptTokens: prompt.tokens }, steps)
  } finally {
    seat.leave()
  }
}

/** An answer without words. */
function bare(asked: Asked, world: World, reason: 'load' | 'unload') {
  const words = asked.kind === 'chat' ? { message: { role: 'assistant', content: '' } } : { response: '' }
  return { model: asked.name, created_at: nanoTime(world.clock.now(), 1), ...words, done: true, done_reason: reason }
}
