// Undo and redo of one run: all of it or nothing, and what a crash left half done is finished or taken back.
import { randomBytes } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import type { Restored } from '../../../shared/changes.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { checkpointWords } from '../../../shared/messages/changes.ts'
import { check } from './check.ts'
import { actionOf } from './compare.ts'
import { openRoot } from './folders.ts'
import type { HashCache, Looking } from './look.ts'
import type { Journal, Manifest, Manifests } from './manifests.ts'
import type { Objects } from './objects.ts'
import { apply, Failed, Foreign, sweep } from './restore.ts'
import { type Path, same, shown } from './state.ts'
import { reversed, type Step, stepsOf } from './steps.ts'

export interface UndoingDeps {
  objects: Objects
  manifests: Manifests
  cache: HashCache
  now(): Date
}

/** Left free on the disk beside what is written. */
const margin = 16 * 1_024 * 1_024

export async function restoreRun(manifest: Manifest, to: Journal['to'], deps: UndoingDeps): Promise<Restored> {
  const { objects, manifests } = deps
  const looking = lookingOf(deps)
  const steps = stepsOf(manifest.changes, to)
  const { root } = manifest
  await (await openRoot(root)).close()
  if (manifest.givenUp) throw new ExpectedFailure('limit', checkpointWords.givenUp)
  for (const { path, to: wanted } of steps) {
    if (wanted.kind === 'file' && (wanted.hash === null || !objects.has(wanted.hash))) throw lost(shown(path))
  }
  const { conflicts, todo, closed } = await check(root, steps, looking)
  if (conflicts.length > 0) return { files: [], conflicts: conflicts.map((path) => shown(path) || '.').sort() }
  await requireRoom(root.path, todo)

  const journal: Journal = { to, mark: randomBytes(8).toString('hex'), closed }
  await manifests.writeJournal(manifest, journal)
  try {
    await apply(root, steps, journal, { objects, looking, isLenient: false })
  } catch (thrown) {
    await takeBack(manifest, steps, journal, deps, thrown)
    if (thrown instanceof Foreign) return { files: [], conflicts: [shown(thrown.path)] }
    throw failureOf(thrown, checkpointWords.notWritten)
  }
  await conclude(manifest, to, deps)
  return { files: filesOf(todo), conflicts: [] }
}

/** Newest first. Looked at as one change before anything is done, so that a conflict of the oldest leaves the newest alone. */
export async function restoreAll(runs: readonly Manifest[], deps: UndoingDeps): Promise<Restored> {
  const conflicts = new Set<string>()
  if (runs.some(({ givenUp }) => givenUp)) throw new ExpectedFailure('limit', checkpointWords.givenUp)
  for (const root of new Map(runs.map((one) => [one.root.path, one.root])).values()) {
    const steps = new Map<Path, Step>()
    for (const { root: of, changes } of runs) {
      for (const step of of.path === root.path ? stepsOf(changes, 'before') : []) {
        const later = steps.get(step.path)
        // What lies between two runs was done by somebody else.
        if (later && !same(later.to, step.from)) conflicts.add(shown(step.path))
        steps.set(step.path, later ? { ...later, to: step.to } : step)
      }
    }
    await (await openRoot(root)).close()
    const found = await check(root, [...steps.values()], lookingOf(deps))
    for (const path of found.conflicts) conflicts.add(shown(path) || '.')
  }
  if (conflicts.size > 0) return { files: [], conflicts: [...conflicts].sort() }
  const files: Restored['files'] = []
  const done: Manifest[] = []
  try {
    for (const one of runs) {
      const result = await restoreRun(one, 'before', deps)
      if (result.conflicts.length > 0) return await comeBack(result)
      files.push(...result.files)
      done.push(one)
    }
  } catch (thrown) {
    await comeBack(null)
    throw thrown
  }
  return { files, conflicts: [] }

  async function comeBack<Value>(result: Value): Promise<Value> {
    for (const one of done.reverse()) await restoreRun(one, 'after', deps)
    return result
  }
}

/** What an undo that was cut off by a crash has left: it is finished, or taken back when somebody was faster. */
export async function finishInterrupted(manifest: Manifest, deps: UndoingDeps): Promise<void> {
  const { objects, manifests } = deps
  const journal = await manifests.readJournal(manifest)
  if (!journal) return await manifests.removeJournal(manifest)
  const { root } = manifest
  await (await openRoot(root)).close()
  const steps = stepsOf(manifest.changes, journal.to)
  try {
    await apply(root, steps, journal, { objects, looking: lookingOf(deps), isLenient: false })
  } catch (thrown) {
    if (!(thrown instanceof Foreign)) throw failureOf(thrown, checkpointWords.notFinished)
    await takeBack(manifest, steps, journal, deps, thrown)
    return
  }
  await sweep(root, steps, journal)
  await conclude(manifest, journal.to, deps)
}

/** When not even that works, the journal stays: it is tried again later. */
async function takeBack(
  manifest: Manifest,
  steps: readonly Step[],
  journal: Journal,
  deps: UndoingDeps,
  cause: unknown,
): Promise<void> {
  const { objects, manifests } = deps
  await sweep(manifest.root, steps, journal)
  let left: string[]
  try {
    const back = { objects, looking: lookingOf(deps), isLenient: true }
    left = (await apply(manifest.root, reversed(steps), journal, back)).map(shown)
  } catch (thrown) {
    throw failureOf(thrown instanceof Failed ? thrown : cause, checkpointWords.notFinished)
  }
  if (left.length > 0) {
    manifest.limits = [...new Set([...manifest.limits, checkpointWords.halfUndone([...new Set(left)])])]
    await manifests.write(manifest)
  }
  await manifests.removeJournal(manifest)
}

/** First the word, then the journal goes: taken again, the same steps do nothing. */
async function conclude(manifest: Manifest, to: Journal['to'], { manifests, now }: UndoingDeps): Promise<void> {
  manifest.state = to === 'before' ? 'undone' : 'done'
  manifest.undoneAt = to === 'before' ? now().toISOString() : null
  await manifests.write(manifest)
  await manifests.removeJournal(manifest)
}

function lookingOf({ objects, cache }: UndoingDeps): Looking {
  return { objects, cache, keep: false, limit: 0 }
}

function filesOf(steps: readonly Step[]): Restored['files'] {
  return steps
    .filter(({ from, to }) => from.kind !== 'folder' && to.kind !== 'folder')
    .map(({ path, from, to }) => ({ path: shown(path), action: actionOf(from, to) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

async function requireRoom(path: string, steps: readonly Step[]): Promise<void> {
  const bytes = steps.reduce((sum, { to }) => sum + (to.kind === 'file' ? to.bytes : 0), 0)
  const disk = await statfs(path).catch(() => null)
  if (disk && disk.bavail * disk.bsize < bytes + Math.min(bytes, margin)) {
    throw new ExpectedFailure('no-space', checkpointWords.noSpace(bytes))
  }
}

function lost(path: string): ExpectedFailure {
  return new ExpectedFailure('damaged', checkpointWords.keptLost(path))
}

function failureOf(thrown: unknown, sentence: (path: string) => string): unknown {
  if (!(thrown instanceof Failed)) return thrown
  const cause = thrown.cause instanceof Error && 'code' in thrown.cause ? thrown.cause.code : null
  if (cause === 'MISSING') return lost(shown(thrown.path))
  const code = cause === 'ENOSPC' || cause === 'EDQUOT' ? 'no-space' : 'denied'
  return new ExpectedFailure(code, sentence(shown(thrown.path)), thrown.message)
}
