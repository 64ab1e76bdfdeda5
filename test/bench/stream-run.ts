// Measures one streamed answer on its whole way to the text of the window, against reading the same bytes and no more.
import { runAgent } from '../../electron/agent/agent-loop.ts'
import type { AppEvents } from '../../electron/contracts.ts'
import { createGateway, createLocalBridge } from '../../electron/gateway/gateway.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { createKernel } from '../../electron/kernel/kernel.ts'
import { createModels } from '../../electron/services/models/models.ts'
import { emptyToolbox } from '../../electron/services/tools/empty-toolbox.ts'
import { createLiveRunText } from '../../renderer/chat/live-run.ts'
import { noAnswerChoices } from '../../shared/answers.ts'
import type { Handlers } from '../../shared/ipc.ts'
import type { TreeRecord } from '../../shared/session.ts'
import { defaultSettings } from '../../shared/settings.ts'
import type { Pair } from './figure.ts'

/** The first runs teach the compiler. */
const warmUps = 4
const [host = '', runs, deltas] = process.argv.slice(2)
const model = 'bench:1b'
const messages = [{ role: 'user' as const, content: 'Say a great deal' }]
const path = [{ type: 'message' as const, id: 'q', parentId: null, ts: null, ...messages[0] }] as TreeRecord[]

// Nothing is painted in Node, so an animation frame is a pause of its length.
Object.assign(globalThis, { requestAnimationFrame: (draw: () => void) => setTimeout(draw, 16) })

const events = createEventBus<AppEvents>((_, thrown) => {
  throw thrown
})
const models = createModels({
  kernel: createKernel(),
  bulkhead: { service: 'models', current: () => ({ state: 'ok' }), change() {}, workerFailed() {} },
  surroundings: { now: () => new Date(), environment: {}, log: (line) => process.stderr.write(`${line}\n`) },
  events,
  settings: { current: () => ({ ...defaultSettings, host }) },
  flagHost: null,
  home: { readOnly: null, read: async () => null, write: async () => undefined },
})
// No call is made through it.
const gateway = createGateway({ handlers: {} as Handlers, events, log: () => undefined })

/** Driver, agent loop, events as the run emits them, frames, and the text of the window's chat. */
async function wholeWay(): Promise<string> {
  const bridge = createLocalBridge(gateway)
  const shown = createLiveRunText({ text: '', thinking: '' })
  const names = { sessionId: 'session', runId: 'run' }
  let textFrom = 0
  bridge.on('run.frame', (frame) => {
    if (shown.apply(frame) === 'hole') throw new Error('A frame was lost.')
    setImmediate(() => bridge.painted())
  })
  const outcome = await runAgent(
    {
      models,
      toolbox: emptyToolbox,
      border: { permit: async () => ({ allow: true, approvalId: null }), crossed: async () => undefined },
      record: async () => {
        throw new Error('Nothing is called here.')
      },
      corrections: async () => [],
      shorten: async () => undefined,
      compact: async () => {
        throw new Error('Nothing is summarised here.')
      },
      tell(event) {
        if (event.type !== 'text') return
        events.emit('run.delta', { ...names, textFrom, text: event.delta, thinkingFrom: 0, thinking: '' })
        textFrom += event.delta.length
      },
    },
    {
      model,
      numCtx: 16_384,
      path,
      hidden: [],
      shortened: new Map(),
      think: 'off',
      sampling: noAnswerChoices,
      compaction: 'off',
      sessionId: null,
      place: {
        workspace: null,
        instructions: null,
        ownPrompt: null,
        skills: null,
        pictures: new Map(),
        attached: new Map(),
      },
      seesImages: false,
      dialect: 'native',
      stop: [],
      rounds: 1,
    },
    new AbortController().signal,
  )
  events.emit('run.ended', { ...names, stop: outcome.stop, usage: outcome.usage, error: outcome.error })
  bridge.close()
  if (outcome.usage?.outputTokens !== Number(deltas)) throw new Error('The answer did not end well.')
  return shown.arrived().text
}

/** The least that a reader of NDJSON must do. */
async function bareReading(): Promise<string> {
  const response = await fetch(`${host}/api/chat`, { method: 'POST', body: JSON.stringify({ model, messages }) })
  const decoder = new TextDecoder()
  let rest = ''
  let text = ''
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) text += JSON.parse(line).message.content
  }
  return text
}

async function timed(work: () => Promise<string>) {
  const begun = performance.now()
  const text = await work()
  return { text, took: performance.now() - begun }
}

const pairs: Pair[] = []
await models.refresh()
for (let run = 0; run < warmUps + Number(runs); run += 1) {
  const [own, bare] = [await timed(wholeWay), await timed(bareReading)]
  if (own.text !== bare.text) throw new Error('Both ways must give the same text.')
  if (run >= warmUps) pairs.push({ own: own.took, baseline: bare.took })
}
process.stdout.write(JSON.stringify(pairs), () => process.exit())
