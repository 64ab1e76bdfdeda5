// What goes over the wire, and in which pieces: whole lines, a few bytes at a time, or many lines at once.
import type { FakeClock } from './clock.ts'
import type { Exchange } from './exchange.ts'
import { createRandom } from './random.ts'

export interface WireOptions {
  exchange: Exchange
  clock: FakeClock
  contentType: string
  /** Cuts everything at this many bytes, across lines and inside characters. */
  bytes: number | undefined
  /** Holds lines back until something waits, so that many go out in one piece. */
  coalesce: boolean
  /** A pause of up to `ms` before each piece, and pieces of up to `bytes`; the same for the same seed. */
  jitter: { seed: number; ms?: number | undefined; bytes?: number | undefined } | undefined
}

export function createWire({ exchange, clock, contentType, bytes, coalesce, jitter }: WireOptions) {
  const { response, signal } = exchange
  const random = createRandom(jitter?.seed ?? 0)
  let held: string[] | null = coalesce ? [] : null
  let lineEnd = '\n'
  let stepBytes: number | undefined
  /** Bytes until the connection is reset. */
  let bytesLeft = Number.POSITIVE_INFINITY

  async function write(data: Buffer, size: number | undefined): Promise<void> {
    for (let start = 0; start < data.length && !signal.aborted; ) {
      if (jitter?.ms) await clock.pause(Math.ceil(random() * jitter.ms), signal)
      const wanted = jitter?.bytes ? 1 + Math.floor(random() * jitter.bytes) : (size ?? data.length)
      const piece = data.subarray(start, start + Math.min(wanted, bytesLeft))
      start += piece.length
      bytesLeft -= piece.length
      if (!response.headersSent) exchange.begin(200, { 'content-type': contentType })
      // Small pieces and the last one before a reset are waited for, so that the system sends each by itself.
      if (size !== undefined || jitter !== undefined || bytesLeft <= 0) await handedOver(piece)
      else if (!response.write(piece)) await drained()
      if (bytesLeft <= 0) return await exchange.cut('reset')
    }
  }

  function handedOver(piece: Buffer): Promise<void> {
    // Also called, with an error, when the connection is gone.
    return new Promise((resolve) => response.write(piece, () => setImmediate(resolve)))
  }

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        response.off('drain', goOn).off('close', goOn)
        resolve()
      }
      response.once('drain', goOn).once('close', goOn)
      if (response.destroyed) goOn()
    })
  }

  async function send(text: string, size = stepBytes ?? bytes): Promise<void> {
    if (held !== null) held.push(text)
    else await write(Buffer.from(text), size)
  }

  async function flush(): Promise<void> {
    if (held === null || held.length === 0) return
    const text = held.join('')
    held = []
    await write(Buffer.from(text), stepBytes ?? bytes)
  }

  return {
    send,
    line: (json: string, size?: number) => send(json + lineEnd, size),
    flush,
    /** For one step; undefined goes back to what was agreed. */
    cutAt(size: number | undefined): void {
      stepBytes = size
    },
    /** From here on lines end as on Windows. */
    endLinesWithCrlf(): void {
      lineEnd = '\r\n'
    },
    /** The connection is reset after this many bytes more. */
    async resetAfter(count: number): Promise<void> {
      await flush()
      bytesLeft = count
      if (count <= 0) await exchange.cut('reset')
    },
    hold(): void {
      held ??= []
    },
    /** Ends `hold`, unless the whole scenario holds back. */
    async letGo(): Promise<void> {
      if (coalesce) return
      await flush()
      held = null
    },
    end(): void {
      if (signal.aborted) return
      if (!response.headersSent) exchange.begin(200, { 'content-type': contentType })
      response.end()
    },
  }
}
export type Wire = ReturnType<typeof createWire>
