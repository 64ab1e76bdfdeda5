// A run's tools with a checkpoint before each change: what they are about to change is kept first, what they left is found out after.
import { setTimeout as pause } from 'node:timers/promises'
import { toFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { Checkpoints, Toolbox, ToolOutcome } from '../../contracts.ts'

/** Longer than any tool takes to end when it is stopped. Milliseconds. */
const leavingMs = 1_000

export interface RunChanges {
  /** The same tools; nothing is kept for one that only looks or reaches the network. */
  around(toolbox: Toolbox): Toolbox
  /** Under this id the changes are known. Before any tool is run. */
  begin(runId: string): void
  /** Never throws. */
  end(): Promise<void>
}

export function runChanges(
  checkpoints: Checkpoints,
  { sessionId, entryId, workspace }: { sessionId: string; entryId: string; workspace: string | null },
  {
    log,
    limit,
  }: {
    log(line: string): void /** What undo will not be able to bring back, before it is changed. */
    limit(sentence: string): void
  },
): RunChanges {
  let runId: string | null = null
  let hasBegun = false
  const underWay = new Set<Promise<void>>()
  const told = new Set<string>()

  async function kept(before: (runId: string) => Promise<readonly string[]>): Promise<ToolOutcome | null> {
    if (runId === null || workspace === null) return null
    try {
      await checkpoints.begin({ sessionId, runId, entryId, workspace })
      hasBegun = true
      for (const sentence of await before(runId)) {
        if (told.has(sentence)) continue
        told.add(sentence)
        limit(sentence)
      }
      return null
    } catch (thrown) {
      // Nothing is changed that could not be taken back.
      const { code, message, detail } = toFailure(thrown, messages.failures.internal)
      if (code === 'internal') log(`nothing was kept for a call: ${detail ?? message}`)
      const failure = { code, reason: null }
      return { content: message, isError: true, failure, full: null, detail: null, image: null }
    }
  }

  async function after(look: (runId: string) => Promise<void>): Promise<void> {
    if (runId === null || workspace === null) return
    // The tool has done what it did; what cannot be looked at now is looked at later.
    await look(runId).catch((thrown) => log(`what a call changed is not known yet: ${String(thrown)}`))
  }

  async function runKept(
    toolbox: Toolbox,
    ...[name, args, signal, options]: Parameters<Toolbox['run']>
  ): Promise<ToolOutcome> {
    const effect = toolbox.effectOf(name)
    const path = args?.['path']
    if (effect === 'write' && typeof path === 'string') {
      const refused = await kept(async (id) => {
        await checkpoints.willWrite(id, path)
        return []
      })
      if (refused) return refused
      try {
        return await toolbox.run(name, args, signal, options)
      } finally {
        await after(checkpoints.hasWritten)
      }
    }
    if (effect === 'execute') {
      const refused = await kept((id) => checkpoints.willRun(id, signal))
      if (refused) return refused
      try {
        return await toolbox.run(name, args, signal, options)
      } finally {
        // One in the background goes on: the end of the run finds what it has done.
        if (args?.['background'] !== true) await after(checkpoints.hasRun)
      }
    }
    return await toolbox.run(name, args, signal, options)
  }

  return {
    around: (toolbox) => ({
      ...toolbox,
      run(...call) {
        const effect = toolbox.effectOf(call[0])
        const work = runKept(toolbox, ...call)
        if (effect !== 'write' && effect !== 'execute') return work
        const settled = work.then(ignored, ignored).then(() => void underWay.delete(settled))
        underWay.add(settled)
        return work
      },
    }),
    begin(id) {
      runId = id
    },
    async end() {
      // A change that was stopped is left behind by its run, and may still be on its way out.
      await Promise.race([Promise.all(underWay), pause(leavingMs, undefined, { ref: false })])
      if (hasBegun && runId !== null) {
        await checkpoints.end(runId).catch((thrown) => log(`what the run changed is not known yet: ${String(thrown)}`))
      }
    },
  }
}

function ignored(): void {}
