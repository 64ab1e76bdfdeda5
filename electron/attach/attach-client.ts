// The Bridge of a front in another process: the same calls and pushes, as JSON lines over owner.sock.
import { createConnection, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, ExpectedFailure, type FailureCode } from '../../shared/failure.ts'
import type { Bridge } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import { lineLimit, type WireRequest, wireReply, wireVersion } from '../../shared/wire.ts'
import { parseLine, readLines, writeLine } from './line-stream.ts'

/** How long an owner that has just taken the lock may need until it listens. */
const patienceMs = 3_000
const betweenTriesMs = 50

export interface AttachedBridge extends Bridge {
  /** Aborts when the owner has gone; what was asked and not answered by then failed as `unavailable`. */
  readonly gone: AbortSignal
  close(): void
}

/** The owner has ended before it could be spoken to: the folder is free, or another one's. */
export class OwnerEnded extends Error {}

/**
 * Connects to the owner of a data folder. Throws an ExpectedFailure `busy` when it does not answer or is of another kind, and
 * OwnerEnded as soon as `isThere` says that there is none.
 */
export async function attachTo(path: string, isThere = async () => true): Promise<AttachedBridge> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    try {
      return await speak(await connect(path), deadline)
    } catch (thrown) {
      if (thrown instanceof ExpectedFailure) throw thrown
      if (!(await isThere())) throw new OwnerEnded()
      if (Date.now() > deadline) throw new ExpectedFailure('busy', messages.failures.ownerSilent)
      await pause(betweenTriesMs)
    }
  }
}

async function connect(path: string): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = createConnection(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

async function speak(socket: Socket, deadline: number): Promise<AttachedBridge> {
  const waiting = new Map<string, (answer: Answer<unknown>) => void>()
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const gone = new AbortController()
  let calledSoFar = 0
  const say = (message: WireRequest) => writeLine(socket, message, lineLimit)

  const greeted = new Promise<{ wire: number }>((resolve, reject) => {
    const tooLate = setTimeout(() => socket.destroy(), Math.max(1, deadline - Date.now()))
    socket.once('close', () => {
      clearTimeout(tooLate)
      reject(new Error('the connection was closed'))
      for (const answer of waiting.values()) answer(failed('unavailable', messages.failures.ownerGone))
      waiting.clear()
      gone.abort()
    })
    readLines(socket, lineLimit, (line) => {
      const parsed = wireReply.safeParse(parseLine(line))
      if (!parsed.success) {
        socket.destroy()
        return
      }
      const message = parsed.data
      if (message.type === 'hello') {
        clearTimeout(tooLate)
        resolve(message)
      } else if (message.type === 'answer') {
        // Parsed by the owner's gateway with the schema of its channel.
        waiting.get(message.id)?.(message.answer as Answer<unknown>)
        waiting.delete(message.id)
      } else for (const listener of [...(listeners.get(message.push) ?? [])]) listener(message.payload as never)
    })
  })
  const { wire } = await greeted
  if (wire !== wireVersion) {
    socket.destroy()
    throw new ExpectedFailure('busy', messages.failures.ownerOfOtherVersion)
  }

  return {
    gone: gone.signal,
    async call(channel, input, signal) {
      if (signal?.aborted) return failed('cancelled', messages.failures.cancelled)
      const id = String(++calledSoFar)
      const answered = new Promise<Answer<unknown>>((resolve) => waiting.set(id, resolve))
      const onAbort = () => say({ type: 'cancel', id })
      signal?.addEventListener('abort', onAbort, { once: true })
      if (!say({ type: 'call', id, channel, input })) {
        waiting.delete(id)
        return failed('unavailable', messages.failures.ownerGone)
      }
      try {
        return (await answered) as never
      } finally {
        signal?.removeEventListener('abort', onAbort)
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set()
      known.add(listener as (payload: never) => void)
      listeners.set(name, known)
      return () => known.delete(listener as (payload: never) => void)
    },
    painted: () => void say({ type: 'painted' }),
    close: () => socket.destroy(),
  }
}

function failed(code: FailureCode, message: string): { ok: false; failure: { code: FailureCode; message: string } } {
  return { ok: false, failure: { code, message } }
}
