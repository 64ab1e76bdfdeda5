// One run as it changes its folder: what was there before is on the disk first, what it left is found out afterwards.
import { realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { checkpointWords } from '../../../shared/messages/changes.ts'
import { type Change, differenceOf, limitsOf } from './compare.ts'
import { openFolder, type Root } from './folders.ts'
import { Blocked, type HashCache, type Looking, type Seen, see } from './look.ts'
import type { Manifest, Manifests } from './manifests.ts'
import type { Objects } from './objects.ts'
import { below, isKept, nameOf, nothing, type Path, parentOf, pathOf, type State, same, shown } from './state.ts'
import { type Stock, type StockLimits, takeStock } from './stock.ts'

export interface RecordingDeps {
  objects: Objects
  manifests: Manifests
  cache: HashCache
  limits: StockLimits
  /** Another run of this folder has left it like this. */
  isOthers(path: Path, left: State): boolean
}

export interface Recording {
  readonly manifest: Manifest
  /** What this run has left at a place; null when it has not changed it. */
  left(path: Path): State | null
  willWrite(path: string): Promise<void>
  /** Answers what no undo will cover. */
  willRun(signal: AbortSignal): Promise<readonly string[]>
  /** A command that was told of has ended. */
  hasRun(): Promise<void>
  /** Finds out what the run has left until now. True when that is news. */
  settle(): Promise<boolean>
  end(): Promise<void>
}

/** So many sentences about single files. */
const missedSaid = 20

/** The manifest is the recording's own from here on. `wasCut`: the process that began it has died. */
export function record(manifest: Manifest, deps: RecordingDeps): Recording {
  const { objects, manifests, cache, limits } = deps
  const { root } = manifest
  const looking: Looking = { objects, cache, keep: true, limit: limits.fileBytes }
  let stock: Stock | null = null
  let commands = 0
  const byPath = new Map(manifest.changes.map((change) => [change.path, change]))

  async function save(): Promise<void> {
    manifest.changes = [...byPath.values()].map(forDisk)
    await objects.sync()
    await manifests.write(manifest)
  }

  function say(list: string[], ...sentences: readonly string[]): void {
    for (const sentence of sentences) if (!list.includes(sentence)) list.push(sentence)
  }

  function learn({ path, before, after }: Change): void {
    const known = byPath.get(path)
    const change = { path, before: known?.before ?? before, after }
    if (same(change.before, after)) byPath.delete(path)
    else byPath.set(path, change)
  }

  /** What is there before a change, and what somebody else has done to it since this run left it. */
  function compareWithLeft(path: Path, now: State): void {
    const left = byPath.get(path)
    if (left && !same(left.after, now)) say(manifest.limits, checkpointWords.changedBetween(shown(path)))
  }

  async function willWrite(given: string): Promise<void> {
    const path = await realPathOf(root, given)
    if (path === null || path === '' || path.split('/')[0] === '.git') return
    const places = [path]
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) places.unshift(folder)
    for (const place of places) {
      const { state, notKept } = await see(root, place, looking).catch(unlessBlocked)
      if (place !== path && state.kind !== 'none') continue
      compareWithLeft(place, state)
      if (!isKept(state)) say(manifest.missed, checkpointWords.missed(shown(place), 'changed', notKept))
      else if (!manifest.pending.some((one) => one.path === place))
        manifest.pending.push({ path: place, before: state })
    }
    await save()
  }

  async function settleWrites(): Promise<void> {
    for (const { path, before } of manifest.pending) {
      const { state } = await see(root, path, looking).catch(unlessBlocked)
      if (isKept(state)) learn({ path, before, after: state })
      else say(manifest.missed, checkpointWords.missed(shown(path), 'changed', null))
    }
    manifest.pending = []
  }

  async function settleCommand(signal: AbortSignal): Promise<Stock | null> {
    const before = stock ?? (await manifests.readStock(manifest))
    if (!before) return null
    const after = await takeStock(root, { objects, cache }, limits, signal)
    const { changes, missed } = await differenceOf(before, after, (path) =>
      see(root, path, looking).catch(unlessClosed),
    )
    // What another session did meanwhile is not this command's.
    for (const change of changes) if (!deps.isOthers(change.path, change.after)) learn(change)
    const said = missed.slice(0, missedSaid)
    if (missed.length > missedSaid) said.push(checkpointWords.missedMore(missed.length - missedSaid))
    say(manifest.missed, ...said)
    return after
  }

  async function settle(): Promise<boolean> {
    if (manifest.pending.length === 0 && !manifest.stocked) return false
    const told = JSON.stringify([...byPath.values()])
    const after = manifest.stocked ? await settleCommand(new AbortController().signal) : null
    await settleWrites()
    // Others still run: what they change from here on is compared with what is there now.
    if (commands > 0 && after) {
      await objects.sync()
      await manifests.writeStock(manifest, after)
      stock = after
    } else {
      stock = null
      manifest.stocked = false
    }
    await save()
    if (!manifest.stocked) await manifests.removeStock(manifest)
    return JSON.stringify([...byPath.values()]) !== told
  }

  return {
    manifest,
    left: (path) => byPath.get(path)?.after ?? null,
    willWrite,
    async willRun(signal) {
      await settle()
      const taken = await takeStock(root, { objects, cache }, limits, signal)
      for (const { path } of byPath.values()) compareWithLeft(path, taken.places.get(path) ?? nothing)
      const said = limitsOf(taken, limits)
      say(manifest.limits, ...said)
      await objects.sync()
      await manifests.writeStock(manifest, taken)
      stock = taken
      manifest.stocked = true
      await save()
      commands += 1
      return said
    },
    async hasRun() {
      commands = Math.max(0, commands - 1)
      await settle()
    },
    settle,
    async end() {
      if (commands > 0) say(manifest.limits, checkpointWords.commandLeft)
      commands = 0
      await settle()
      manifest.ended = true
      if (byPath.size === 0 && manifest.missed.length === 0) await manifests.remove(manifest)
      else await save()
    },
  }
}

/** The stamp of a file that is kept says nothing that its hash does not. */
function forDisk({ path, before, after }: Change): Change {
  return { path, before: withoutStamp(before), after: withoutStamp(after) }
}

function withoutStamp(one: State): State {
  if (one.kind !== 'file') return one
  const { stamp: _, ...rest } = one
  return rest
}

/**
 * Where a path of a tool leads, from the root and as the disk writes it; null when that is not in the folder: then the
 * tool refuses it, too. Folders on the way may be links, as for the tools.
 */
async function realPathOf(root: Root, given: string): Promise<Path | null> {
  const names = (given.startsWith('/') ? relative(root.path, given) : given).split(/[/\\]/).length
  let there = join(root.path, given.startsWith('/') ? relative(root.path, given) : given)
  const leaf: string[] = []
  for (let steps = 0; steps <= names; steps++) {
    leaf.unshift(there.slice(there.lastIndexOf(sep) + 1))
    there = dirname(there)
    const real = await realpath(there).catch(() => null)
    if (real === null) continue
    if (real !== root.path && !real.startsWith(root.path + sep)) return null
    const folder = pathOf(relative(root.path, real).split(sep).join('/'))
    const first = await asWritten(root, folder, pathOf(leaf[0] ?? ''))
    return [first, ...leaf.slice(1).map(pathOf)].reduce(below, folder)
  }
  return null
}

/** On a disk that does not tell case apart a file may be there under another name. */
async function asWritten(root: Root, folderPath: Path, name: string): Promise<string> {
  if (process.platform === 'linux') return name
  const { lstat, readdir } = await import('node:fs/promises')
  const folder = await openFolder(root, folderPath).catch(() => null)
  if (!folder) return name
  try {
    const names = (await readdir(folder.at('.'), { encoding: 'buffer' })).map((one) => one.toString('latin1'))
    if (names.includes(name)) return name
    const found = await lstat(folder.at(name), { bigint: true }).catch(() => null)
    for (const other of found ? names : []) {
      const stats = await lstat(folder.at(other), { bigint: true }).catch(() => null)
      if (stats && stats.ino === found?.ino && stats.nlink === 1n) return nameOf(other)
    }
    return name
  } finally {
    await folder.close()
  }
}

function unlessBlocked(thrown: unknown): Seen {
  if (thrown instanceof Blocked) return { state: nothing, notKept: null, stats: null }
  throw thrown
}

function unlessClosed(thrown: unknown): Seen | null {
  const code = errorCode(thrown)
  if (code === 'EACCES' || code === 'EPERM') return null
  return unlessBlocked(thrown)
}
