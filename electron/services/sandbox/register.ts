// Knows every command that runs, and those of the background by their handles, also for a while after they have ended.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import type { CommandEnd, CommandRequest, RunningCommand } from '../../contracts.ts'
import { mostEnded, mostInBackground } from './limits.ts'
import type { Running } from './running.ts'

interface Entry {
  request: CommandRequest
  command: RunningCommand
  since: string
  hasEnded: boolean
}

export interface Register {
  /** A place in the background; answers what gives it back. Throws `limit`. */
  admit(): () => void
  enter(request: CommandRequest, running: Running, ended: Promise<CommandEnd>): RunningCommand
  find(sessionId: string, handle: string): RunningCommand | null
  backgroundOf(sessionId: string): { handle: string; command: string; since: string }[]
  /** Kills everything, and waits for its end. Nothing is admitted from then on. */
  close(): Promise<void>
}

export function createRegister(now: () => Date): Register {
  const entries = new Map<string, Entry>()
  let last = 0
  let inBackground = 0
  let isClosed = false

  function forgetOldEnds(sessionId: string): void {
    const ended = [...entries].filter(([, entry]) => entry.request.sessionId === sessionId && entry.hasEnded)
    for (const [handle] of ended.slice(0, Math.max(0, ended.length - mostEnded))) entries.delete(handle)
  }

  return {
    admit() {
      if (inBackground >= mostInBackground) {
        throw new ExpectedFailure('limit', sandboxWords.start.tooManyBackground(mostInBackground))
      }
      inBackground += 1
      let isGiven = false
      return () => {
        if (!isGiven) inBackground -= 1
        isGiven = true
      }
    },
    enter(request, running, ended) {
      last += 1
      const handle = `c${last}`
      const command: RunningCommand = {
        handle,
        read: running.read,
        onOutput: running.onOutput,
        ended,
        kill: () => running.kill('stopped'),
      }
      const entry: Entry = { request, command, since: now().toISOString(), hasEnded: false }
      entries.set(handle, entry)
      const leave = () => {
        entry.hasEnded = true
        if (request.background) forgetOldEnds(request.sessionId)
        else entries.delete(handle)
      }
      ended.then(leave, leave)
      // Between the order to close and this one there was no way to stop it.
      if (isClosed) command.kill()
      return command
    },
    find(sessionId, handle) {
      const entry = entries.get(handle)
      const isTheirs = entry?.request.sessionId === sessionId && entry.request.background === true
      return isTheirs ? entry.command : null
    },
    backgroundOf: (sessionId) =>
      [...entries]
        .filter(([, { request, hasEnded }]) => request.sessionId === sessionId && request.background && !hasEnded)
        .map(([handle, { request, since }]) => ({ handle, command: request.command, since })),
    async close() {
      isClosed = true
      const open = [...entries.values()].filter(({ hasEnded }) => !hasEnded)
      for (const { command } of open) command.kill()
      await Promise.allSettled(open.map(({ command }) => command.ended))
    },
  }
}
