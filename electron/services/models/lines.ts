// Looks at every line of a streamed answer before the client does, because the client skips silently what it cannot read.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { type Asked, lineFault } from './faults.ts'
import type { Received } from './http.ts'
import { isRecord, parseJson } from './wire.ts'

/**
 * NDJSON with every line whole, valid and free of errors. At the first other line, and at an end without a `done` line,
 * the stream fails with an ExpectedFailure, after everything good before it was handed on. A character is never cut.
 */
export function inspectLines(
  source: NonNullable<Received['body']>,
  asked: Asked,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const inspector = createInspector(asked)
  let tail = ''
  // The signal was given to the request too; this is the second way to close, which no weak reference can lose.
  signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true })

  function take(text: string): string {
    const end = text.lastIndexOf('\n')
    // Only the new text is searched, so that a line of many megabytes stays cheap.
    if (end === -1) {
      tail += text
      return ''
    }
    const whole = tail + text.slice(0, end)
    tail = text.slice(end + 1)
    return inspector.check(whole.split('\n'))
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        // Thrown only now: failing the stream would throw away the good lines that were not read yet.
        if (inspector.fault !== null) throw inspector.fault
        const { done, value } = await reader.read()
        const good = done ? inspector.finish(tail + decoder.decode()) : take(decoder.decode(value, { stream: true }))
        if (good !== '') controller.enqueue(encoder.encode(good))
        if (done && inspector.fault === null) controller.close()
        if (good !== '' || (done && inspector.fault === null)) return
      }
    },
    cancel(reason) {
      return reader.cancel(reason)
    },
  })
}

function createInspector(asked: Asked) {
  let isFirst = true
  let isDone = false

  function faultOf(line: string): ExpectedFailure | null {
    const value = parseJson(line)
    // A page instead of lines: some servers say nothing of the content's type.
    if (value === undefined && isFirst && line.startsWith('<')) {
      return new ExpectedFailure('unavailable', failures.notOllama(asked.host), line.slice(0, 2_000))
    }
    if (!isRecord(value)) return new ExpectedFailure('damaged', failures.badLine, line.slice(0, 2_000))
    if ('error' in value) return lineFault(value['error'], asked)
    isFirst = false
    if (value['done'] === true) isDone = true
    return null
  }

  return {
    /** The first thing that was wrong; nothing after it is looked at. */
    fault: null as ExpectedFailure | null,
    /** The good lines again, without the empty ones, which the client takes for broken JSON. */
    check(lines: readonly string[]): string {
      let good = ''
      for (const line of lines) {
        const trimmed = line.trim()
        if (trimmed === '' || this.fault !== null) continue
        this.fault = faultOf(trimmed)
        if (this.fault === null) good += `${trimmed}\n`
      }
      return good
    },
    /** What was left without a line break at the end of the stream. */
    finish(rest: string): string {
      const trimmed = rest.trim()
      // A line that was cut off by the end is not a bad line: the answer ended too early.
      const isWhole = trimmed !== '' && (parseJson(trimmed) !== undefined || trimmed.startsWith('<'))
      const good = isWhole ? this.check([trimmed]) : ''
      if (!isDone && this.fault === null) {
        this.fault = new ExpectedFailure('unavailable', failures.endedEarly, trimmed.slice(0, 2_000))
      }
      return good
    },
  }
}
