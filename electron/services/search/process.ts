// Entry of the process of the index: the engine behind the messages of the main process. It ends with whoever has started it.
import { constants, setPriority } from 'node:os'
import { parentPort as thread } from 'node:worker_threads'
import { toFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { createEngine, type Engine } from './engine.ts'
import type { FromIndex, ToIndex } from './wire.ts'

/** Electron's utility processes have a port, threads another one, and a forked Node has the process itself. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}
const parent = (process as { parentPort?: ParentPort }).parentPort

function send(message: FromIndex): void {
  if (parent) parent.postMessage(message)
  else if (thread) thread.postMessage(message)
  else process.send?.(message)
}

let engine: Engine | null = null
const asked = new Map<number, AbortController>()

async function answer(id: number, work: (engine: Engine, signal: AbortSignal) => Promise<FromIndex>): Promise<void> {
  const controller = new AbortController()
  asked.set(id, controller)
  try {
    if (!engine) throw new Error('asked before it was opened')
    send(await work(engine, controller.signal))
  } catch (thrown) {
    send({ type: 'failed', id, failure: toFailure(thrown, messages.failures.internal) })
  } finally {
    asked.delete(id)
  }
}

/** What it throws ends the process, and the main process begins another one. */
async function receive(message: ToIndex): Promise<void> {
  switch (message.type) {
    case 'open':
      engine = createEngine({
        home: message.home,
        onStatus: (status) => send({ type: 'status', status, isBusy: engine?.isBusy() ?? true }),
        log: (line) => send({ type: 'log', line: line.slice(0, 10_000) }),
      })
      send({ type: 'ready' })
      engine.sweep()
      break
    case 'query': {
      const { id, query, settle } = message
      await answer(id, async (opened, signal) => {
        if (settle) await opened.settled()
        return { type: 'answer', id, answer: await opened.query(query, signal) }
      })
      break
    }
    case 'status':
      await answer(message.id, async (opened) => ({ type: 'state', id: message.id, status: opened.status() }))
      break
    case 'rebuild':
      await answer(message.id, async (opened) => {
        await opened.rebuild()
        return { type: 'state', id: message.id, status: opened.status() }
      })
      break
    case 'cancel':
      asked.get(message.id)?.abort()
      break
    case 'touch':
      engine?.touch(message.sids)
      break
    case 'sweep':
      engine?.sweep()
      break
    case 'close':
      await engine?.close()
      process.exit(0)
      break
    default:
      message satisfies never
  }
}

/** Where there are few cores the window would have to wait for this one: making an index uses all it can get. */
function standBack(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A system that does not allow it has its own order.
  }
}
// On some systems a thread cannot do that for itself alone.
if (!thread) standBack()

if (parent) parent.on('message', ({ data }) => void receive(data as ToIndex))
else if (thread) thread.on('message', (data) => void receive(data as ToIndex))
else {
  process.on('message', (data) => void receive(data as ToIndex))
  process.on('disconnect', () => process.exit(0))
}
// A Ctrl+C in a terminal reaches every process of its group: this one ends when it is told to.
if (!thread) process.on('SIGINT', () => undefined)
