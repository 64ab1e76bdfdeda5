// Checkpoints: what each run has changed in its folder, kept outside of it, so that it can be taken back and done again.
import { join, sep } from 'node:path'
import type { Restored } from '../../../shared/changes.ts'
import { writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { checkpointWords } from '../../../shared/messages/changes.ts'
import type { Checkpoints, Events, Home, Surroundings } from '../../contracts.ts'
import { createDiffs, type Texts } from './diffs.ts'
import { rememberRoot } from './folders.ts'
import { createHashCache } from './look.ts'
import { createManifests, type Manifest, objectsName } from './manifests.ts'
import { type Objects, openObjects } from './objects.ts'
import { type Recording, record } from './recording.ts'
import { type State, same } from './state.ts'
import { type StockLimits, stockLimits } from './stock.ts'
import { createTurns } from './turns.ts'
import { finishInterrupted, restoreAll, restoreRun } from './undoing.ts'
import { allManifests, makeRoom, removeUnneeded, totalLimit } from './upkeep.ts'

export interface CheckpointsDeps {
  home: Pick<Home, 'path' | 'readOnly' | 'requireWritable'>
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'now' | 'log'>
  texts: Texts
  limits?: StockLimits
  totalLimit?: number
}

export function createCheckpoints(deps: CheckpointsDeps): Checkpoints & { close(): Promise<void> } {
  const { home, events, surroundings, texts } = deps
  const limits = deps.limits ?? stockLimits
  const folder = join(home.path, 'checkpoints')
  const manifests = createManifests(folder, surroundings.log)
  const cache = createHashCache()
  const turns = createTurns()
  const running = new Map<string, Recording>()
  let opened: Promise<Objects> | null = null
  const objects = () => (opened ??= openObjects(join(folder, objectsName), home.readOnly === null))
  const runsOf = createDiffs(objects, texts)
  let recovered = home.readOnly ? Promise.resolve() : turns.alone(recover)
  // The folder is ours only now: whoever had it may have left something half done.
  events.on('access.changed', ({ readOnly }) => {
    if (readOnly) return
    opened = null
    recovered = turns.alone(recover)
  })

  const undoing = async () => ({ objects: await objects(), manifests, cache, now: surroundings.now })
  const recordingOf = async (manifest: Manifest) =>
    record(manifest, {
      ...{ objects: await objects(), manifests, cache, limits },
      isOthers: (path, left) => othersOf(manifest).some((other) => same(other.left(path) ?? unlike, left)),
    })

  const othersOf = ({ runId, root }: Manifest) =>
    [...running.values()].filter((one) => one.manifest.runId !== runId && one.manifest.root.path === root.path)

  /** Never fails: what cannot be mended now, because a disk is not there, is mended when it is asked for. */
  async function recover(): Promise<void> {
    try {
      for (const one of await allManifests(manifests)) {
        await mend(one).catch((thrown) => surroundings.log(`run ${one.runId} was not mended: ${String(thrown)}`))
      }
      await removeUnneeded(await objects(), manifests, await allManifests(manifests))
    } catch (thrown) {
      surroundings.log(`the checkpoints were not looked through: ${String(thrown)}`)
    }
  }

  /** A run whose process has died is over; an undo that was cut off goes on. */
  async function mend(one: Manifest): Promise<void> {
    if (!one.ended && !running.has(one.runId)) {
      const isUnsure = one.pending.length > 0 || one.stocked
      if (isUnsure) one.limits.push(checkpointWords.interrupted)
      await (await recordingOf(one)).end()
    }
    await finishInterrupted(one, await undoing())
  }

  /** In the turn of its folder; what the disk refuses is told in a sentence. */
  async function during<Value>(runId: string, work: (recording: Recording) => Promise<Value>): Promise<Value> {
    const recording = running.get(runId)
    if (!recording) throw new Error(`run ${runId} was not begun`)
    return await turns.in(recording.manifest.root.path, async () => {
      home.requireWritable()
      return await work(recording).catch((thrown) => {
        throw writeFailure(thrown, folder, folder)
      })
    })
  }

  const tell = (sessionId: string) => events.emit('changes.changed', { sessionId })

  /** With the folder to itself, and everything in it as the log says. */
  async function whileIdle<Value>(sessionId: string, path: string, work: () => Promise<Value>): Promise<Value> {
    const result = await turns.in(path, async () => {
      const going = [...running.values()].map(({ manifest }) => manifest)
      if (going.some((one) => one.sessionId === sessionId)) {
        throw new ExpectedFailure('busy', checkpointWords.sessionRunning)
      }
      if (going.some(({ root }) => root.path === path)) throw new ExpectedFailure('busy', checkpointWords.folderBusy)
      for (const one of await manifests.of(sessionId)) await mend(one)
      return await work()
    })
    tell(sessionId)
    return result
  }

  async function restore(sessionId: string, runId: string | null, to: 'before' | 'after') {
    home.requireWritable()
    await recovered
    const chosen = chosenOf(await manifests.of(sessionId), runId, to)
    return await whileIdle(sessionId, chosen.root.path, async () => {
      // Asked for twice at the same moment, it is done once.
      const now = chosenOf(await manifests.of(sessionId), chosen.runId, to)
      return await restoreRun(now, to, await undoing())
    })
  }

  async function undoSince(sessionId: string, since: string): Promise<Restored> {
    home.requireWritable()
    await recovered
    const chosen = async () =>
      (await manifests.of(sessionId)).filter((one) => one.at >= since && one.state === 'done' && one.changes.length > 0)
    const [first] = await chosen()
    if (!first) return { files: [], conflicts: [] }
    return await whileIdle(sessionId, first.root.path, async () =>
      restoreAll((await chosen()).reverse(), await undoing()),
    )
  }

  return {
    async begin({ sessionId, runId, entryId, workspace }) {
      if (running.has(runId)) return
      home.requireWritable()
      await recovered
      const root = await rememberRoot(workspace).catch((thrown) => {
        if (thrown instanceof ExpectedFailure) throw thrown
        throw new ExpectedFailure('denied', checkpointWords.folderGone(workspace))
      })
      if (isWithin(home.path, root.path)) throw new ExpectedFailure('denied', checkpointWords.dataInside(root.path))
      const manifest: Manifest = {
        ...{
          v: 1,
          sessionId,
          runId,
          entryId,
          at: surroundings.now().toISOString(),
          root,
          state: 'done',
          undoneAt: null,
        },
        ...{ ended: false, changes: [], pending: [], stocked: false, limits: [], missed: [], givenUp: false },
      }
      await turns.in(root.path, async () => {
        if (running.has(runId)) return
        await manifests.write(manifest).catch((thrown) => {
          throw writeFailure(thrown, folder, folder)
        })
        running.set(runId, await recordingOf(manifest))
      })
    },
    willWrite: (runId, path) => during(runId, (recording) => recording.willWrite(path)),
    async hasWritten(runId) {
      const isNews = await during(runId, (recording) => recording.settle())
      const sessionId = running.get(runId)?.manifest.sessionId
      if (isNews && sessionId !== undefined) tell(sessionId)
    },
    willRun: (runId, signal) => during(runId, (recording) => recording.willRun(signal)),
    async hasRun(runId) {
      await during(runId, (recording) => recording.hasRun())
      const sessionId = running.get(runId)?.manifest.sessionId
      if (sessionId !== undefined) tell(sessionId)
    },
    async end(runId) {
      const recording = running.get(runId)
      if (!recording) return
      const { sessionId } = recording.manifest
      try {
        await during(runId, () => recording.end())
      } finally {
        running.delete(runId)
      }
      const room = deps.totalLimit ?? totalLimit
      const given =
        (await objects()).bytes() <= room
          ? []
          : await turns.alone(async () => makeRoom(await objects(), manifests, room))
      for (const id of new Set([sessionId, ...given.map((one) => one.sessionId)])) tell(id)
    },
    async list(sessionId) {
      if (!home.readOnly) await recovered
      return await runsOf(await manifests.of(sessionId))
    },
    undo: (sessionId, runId) => restore(sessionId, runId, 'before'),
    redo: (sessionId, runId) => restore(sessionId, runId, 'after'),
    undoSince,
    async latest() {
      if (!home.readOnly) await recovered
      const changed = (await allManifests(manifests)).filter((one) => one.changes.length > 0)
      return changed.at(-1)?.sessionId ?? null
    },
    async forget(sessionIds) {
      home.requireWritable()
      await recovered
      await turns.alone(async () => {
        for (const sessionId of sessionIds) await manifests.forget(sessionId)
        await removeUnneeded(await objects(), manifests, await allManifests(manifests))
      })
    },
    async close() {
      await recovered
      await turns.alone(async () => undefined)
    },
  }
}

/** The same as nothing that could be kept. */
const unlike: State = { kind: 'other' }

/** Throws `not-found` with the reason when there is none. */
function chosenOf(all: readonly Manifest[], runId: string | null, to: 'before' | 'after'): Manifest {
  const state = to === 'before' ? 'done' : 'undone'
  const fit = all.filter((one) => one.changes.length > 0 || !one.ended)
  if (runId !== null) {
    const found = fit.find((one) => one.runId === runId)
    if (!found) throw new ExpectedFailure('not-found', checkpointWords.noSuchRun)
    if (found.state === state) return found
    throw new ExpectedFailure(
      'not-found',
      to === 'before' ? checkpointWords.alreadyUndone : checkpointWords.alreadyDone,
    )
  }
  const found =
    to === 'before'
      ? fit.findLast((one) => one.state === state)
      : fit.filter((one) => one.state === state).reduce<Manifest | undefined>(undoneLast, undefined)
  if (found) return found
  throw new ExpectedFailure(
    'not-found',
    to === 'before' ? checkpointWords.nothingToUndo : checkpointWords.nothingToRedo,
  )
}

/** Undone at the same moment, the older one was undone last. */
function undoneLast(best: Manifest | undefined, one: Manifest): Manifest {
  return best && (best.undoneAt ?? '') >= (one.undoneAt ?? '') ? best : one
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
