// Whether every place is as a run left it, before anything is put back.
import { lstat, readdir } from 'node:fs/promises'
import { errorCode } from '../../../shared/disk-failure.ts'
import { openFolder, type Root } from './folders.ts'
import { Blocked, type Looking, see } from './look.ts'
import type { Journal } from './manifests.ts'
import { below, type Path, parentOf, permissions, type State, same } from './state.ts'
import type { Step } from './steps.ts'

const isRoot = process.getuid?.() === 0

export interface Checked {
  /** Places that are not as they were left. */
  conflicts: Path[]
  /** What there is to do. */
  todo: Step[]
  closed: Journal['closed']
}

/** Changes nothing. A place that is already as it shall be is no conflict. */
export async function check(root: Root, steps: readonly Step[], looking: Looking): Promise<Checked> {
  const byPath = new Map(steps.map((step) => [step.path, step]))
  const conflicts = new Set<Path>()
  const todo: Step[] = []
  const parents = new Set<Path>()
  for (const step of steps) {
    const { path, from, to } = step
    parents.add(parentOf(path))
    const now = await see(root, path, looking).then(({ state }) => state, blockedOrThrow)
    if (now === 'blocked') {
      // What stands in the way goes first, when it is one of the steps.
      if (from.kind !== 'none' || !isBelowReplaced(path, byPath)) conflicts.add(path)
      todo.push(step)
      continue
    }
    if (isAs(now, from, to)) todo.push(step)
    else if (!isAs(now, to, from)) conflicts.add(path)
    if (now.kind !== 'folder' || to.kind === 'folder' || to.kind === 'none') continue
    // Something else takes the folder's place: whatever is in it has to be known.
    for (const child of await childrenOf(root, path)) {
      if (byPath.get(child)?.to.kind !== 'none') conflicts.add(child)
    }
  }
  const closed: Journal['closed'] = []
  for (const path of parents) {
    const isNeeded = steps.some((step) => parentOf(step.path) === path && step.to.kind !== 'none')
    const planned = byPath.get(path)
    const now =
      path === '' ? await rootState(root) : await see(root, path, looking).then(({ state }) => state, blockedOrThrow)
    if (isNeeded && (planned ? planned.to.kind !== 'folder' : now === 'blocked' || now.kind !== 'folder'))
      conflicts.add(path)
    if (now !== 'blocked' && now.kind === 'folder' && !isRoot && (now.mode & 0o300) !== 0o300) {
      closed.push({ path, mode: now.mode })
    }
  }
  return { conflicts: [...conflicts], todo, closed }
}

/** An empty folder holds nothing that could be lost, whatever its mode. */
function isAs(now: State, wanted: State, other: State): boolean {
  if (now.kind === 'folder' && wanted.kind === 'folder' && other.kind !== 'folder') return true
  return same(now, wanted)
}

function isBelowReplaced(path: Path, byPath: ReadonlyMap<Path, Step>): boolean {
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
    const step = byPath.get(folder)
    if (step && step.from.kind !== 'folder' && step.to.kind === 'folder') return true
  }
  return false
}

async function childrenOf(root: Root, path: Path): Promise<Path[]> {
  const folder = await openFolder(root, path).catch(() => null)
  if (!folder) return []
  try {
    const names = await readdir(folder.at('.'), { encoding: 'buffer' })
    return names.map((name) => below(path, name.toString('latin1')))
  } finally {
    await folder.close()
  }
}

async function rootState(root: Root): Promise<State> {
  const found = await lstat(root.path)
  return { kind: 'folder', mode: found.mode & permissions }
}

function blockedOrThrow(thrown: unknown): 'blocked' {
  const code = errorCode(thrown)
  if (thrown instanceof Blocked || code === 'EACCES' || code === 'EPERM') return 'blocked'
  throw thrown
}
