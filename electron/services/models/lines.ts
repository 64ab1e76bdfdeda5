// Looks at every line of a streamed answer before the client does, because the client skips silently what it cannot read.
import type { Readable } from 'node:stream'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { type Asked, lineFault } from './faults.ts'
import { createLineJoiner, wordsIn } from './join-lines.ts'
import { isRecord, parseJson } from './wire.ts'

/**
 * NDJSON with every line whole, valid and free of errors. At the first other line, and at an end without a `done` line,
 * the stream fails with an ExpectedFailure, after everything good before it was handed on. A character is never cut.
 * Lines that arrived together and hold nothing but words come out as one line.
 */
export function inspectLines(source: Readable, asked: Asked): ReadableStream<Uint8Array> {
  // Each step of a Node stream's iterator gives all that has arrived, however many chunks it was.
  const chunks: AsyncIterator<Uint8Array, undefined> = source[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const inspector = createInspector(asked)
  let tail = ''

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
        const { done, value } = await chunks.next()
        const good = done ? inspector.finish(tail + decoder.decode()) : take(decoder.decode(value, { stream: true }))
        if (good !== '') controller.enqueue(encoder.encode(good))
        if (done && inspector.fault === null) controller.close()
        if (good !== '' || (done && inspector.fault === null)) return
      }
    },
    cancel() {
      source.destroy()
    },
  })
}

function createInspector(asked: Asked) {
  const joiner = createLineJoiner()
  let isFirst = true
  let isDone = false

  function faultOf(value: unknown, line: string): ExpectedFailure | null {
    // A page instead of lines: some servers say nothing of the content's type.
    if (value === undefined && isFirst && line.startsWith('<')) {
      return new ExpectedFailure('unavailable', failures.notOllama(asked.host), line.slice(0, 2_000))
    }
    if (!isRecord(value)) return new ExpectedFailure('damaged', failures.badLine, line.slice(0, 2_000))
    if ('error' in value) return lineFault(value['error'], asked)
    isFirst = false
    if (value['done'] === true) isDone = true
    joiner.add(value, line)
    return null
  }

  return {
    /** The first thing that was wrong; nothing after it is looked at. */
    fault: null as ExpectedFailure | null,
    /** The good lines again, without the empty ones, which the client takes for broken JSON. */
    check(lines: readonly string[]): string {
      for (const line of lines) {
        const trimmed = line.trim()
        if (trimmed === '') continue
        const words = wordsIn(trimmed)
        if (words !== null) {
          isFirst = false
          joiner.addWords(words)
          continue
        }
        this.fault = faultOf(parseJson(trimmed), trimmed)
        if (this.fault !== null) break
      }
      return joiner.take()
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
