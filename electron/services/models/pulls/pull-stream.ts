// One request for a model, from its first line to `success`, over a connection that ends when it is told to.
import type { Readable } from 'node:stream'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { failures } from '../../../../shared/messages/failures.ts'
import { pullWords } from '../../../../shared/messages/pulls.ts'
import { type Asked, ServerFault, wayFault } from '../faults.ts'
import { checkAnswer, createCloser, send, type Way } from '../http.ts'
import { isRecord, parseJson } from '../wire.ts'
import { pullFault, pullStatusFault } from './pull-faults.ts'
import { type PullLine, pullLine } from './pull-line.ts'

/** Longer than any line of Ollama's. */
const longestLine = 100_000

export interface PullSilence {
  /** Ollama says something several times a second while it loads. */
  usualMs: number
  /** It reads the whole model again, and says nothing meanwhile. */
  verifyingMs: number
}
export const usualPullSilence: PullSilence = { usualMs: 90_000, verifyingMs: 900_000 }

/**
 * Resolves when the server has the model. Throws an ExpectedFailure; a ServerFault says whether it may be tried again, and
 * `cancelled` that the signal was aborted. `onLine` may throw to end it, and is awaited.
 */
export async function pullOnce(
  way: Way,
  model: string,
  silence: PullSilence,
  onLine: (line: PullLine) => Promise<void>,
): Promise<void> {
  const asked: Asked = { host: way.host, model }
  const closer = createCloser(way.signal)
  let begun = false
  let timer: NodeJS.Timeout | null = null
  function listen(ms: number): void {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => closer.close(new ServerFault(silent, pullWords.silent, `${ms} ms`)), ms)
    timer.unref()
  }
  try {
    listen(silence.usualMs)
    const received = await send(
      { ...way, signal: closer.signal },
      {
        method: 'POST',
        address: `${way.host}/api/pull`,
        headers: { 'content-type': 'application/json' },
        // `name` as well: servers before 2024 know no other word for it.
        body: JSON.stringify({ model, name: model, stream: true }),
      },
    )
    await checkAnswer(received, asked, pullStatusFault)
    begun = true
    for await (const line of linesOf(received.body)) {
      const value = parseJson(line)
      if (!isRecord(value)) throw new ExpectedFailure('damaged', failures.badLine, line.slice(0, 2_000))
      if ('error' in value) throw pullFault(value['error'], asked)
      const parsed = pullLine.safeParse(value)
      if (!parsed.success) throw new ExpectedFailure('damaged', failures.badLine, line.slice(0, 2_000))
      listen(/^(verifying|writing)/u.test(parsed.data.status) ? silence.verifyingMs : silence.usualMs)
      await onLine(parsed.data)
      if (parsed.data.status === 'success') return
    }
    throw new ServerFault(silent, pullWords.serverWent(way.host), 'ended without success')
  } catch (thrown) {
    if (way.signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    const reason = closer.signal.aborted ? closer.signal.reason : thrown
    const fault = wayFault(reason, asked, begun)
    // What the table says of answers is not what a person needs to hear of a download.
    if (begun && fault instanceof ServerFault && fault.failure.message === failures.connectionLost)
      throw new ServerFault(silent, pullWords.serverWent(way.host), fault.failure.detail ?? '')
    throw fault
  } finally {
    if (timer) clearTimeout(timer)
    closer.close()
  }
}

const silent = { code: 'unavailable', again: 'always' } as const

async function* linesOf(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let tail = ''
  for await (const chunk of body) {
    const lines = (tail + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    tail = lines.pop() ?? ''
    if (tail.length > longestLine) throw new ExpectedFailure('damaged', failures.badLine, tail.slice(0, 2_000))
    yield* lines.filter((line) => line.trim() !== '')
  }
  const last = tail + decoder.decode()
  // One that was cut off by the end is no bad line: the end came too early.
  if (parseJson(last) !== undefined) yield last
}
