// The stock of a whole folder: what is at every place, as far as the limits let it, in an order that is always the same.
import type { BigIntStats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { errorCode } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { checkpointWords } from '../../../shared/messages/changes.ts'
import { type Folder, openChild, openFolder, openRoot, type Root } from './folders.ts'
import { type Looking, type NotKept, notKept, seeChild } from './look.ts'
import { below, depthOf, type Path, type State } from './state.ts'

export interface StockLimits {
  /** Files, links and folders that are looked at. */
  places: number
  /** Bytes that are kept of one folder. */
  bytes: number
  /** Bytes of one file. */
  fileBytes: number
}

export const stockLimits: StockLimits = {
  places: 50_000,
  bytes: 1_073_741_824,
  fileBytes: 67_108_864,
}

export interface Stock {
  places: Map<Path, State>
  /** Files whose bytes are not kept, and why. */
  notKept: Map<Path, NotKept>
  /** Folders of which not everything was looked at. */
  unseen: Set<Path>
  /** Folders that may not be read. */
  closed: Set<Path>
  /** Whether the root has a .git, which is never looked into: commands cannot write it. */
  hasGit: boolean
}

/** Made anew by a command of the person and often huge: looked at when everything else has been. */
const heavy = new Set([
  ...['node_modules', 'bower_components', '.pnpm-store', '.yarn', 'vendor', 'Pods'],
  ...['.venv', 'venv', '__pycache__', '.tox', '.mypy_cache', '.pytest_cache', 'site-packages'],
  ...['target', 'dist', 'build', 'out', '.next', '.nuxt', '.gradle', '.cache', '.turbo', 'coverage'],
])

/** Files that are read at the same time. */
const lanes = 16
const looksTogether = 64

/** Deeper folders are not looked into: each one on the way is held open. */
const deepest = 200

/** Throws `cancelled` when the signal is aborted. */
export async function takeStock(
  root: Root,
  looking: Omit<Looking, 'limit' | 'keep'>,
  limits: StockLimits,
  signal: AbortSignal,
): Promise<Stock> {
  const stock: Stock = { places: new Map(), notKept: new Map(), unseen: new Set(), closed: new Set(), hasGit: false }
  const later: Path[] = []
  const reading = new Set<Promise<void>>()
  const failed: unknown[] = []
  let bytes = 0

  const requireGoing = () => {
    if (signal.aborted) throw new ExpectedFailure('cancelled', checkpointWords.stopped)
    if (failed.length > 0) throw failed[0]
  }

  /** Reads a file beside the walk; its folder stays open for as long. */
  function read(folder: Folder, path: Path, name: string, stats: BigIntStats): Promise<void> {
    const work = seeChild(folder, name, { ...looking, keep: true, limit: limits.fileBytes }, stats)
      .then((seen) => {
        stock.places.set(path, seen.state)
        if (seen.state.kind === 'none') stock.places.delete(path)
        if (seen.notKept) stock.notKept.set(path, seen.notKept)
      })
      .catch((thrown) => void failed.push(thrown))
      .finally(() => reading.delete(work))
    reading.add(work)
    return work
  }

  async function walk(folder: Folder, path: Path, mayDefer: boolean): Promise<void> {
    const names = await namesIn(folder, limits.places - stock.places.size)
    if (names.more) stock.unseen.add(path)
    const folders: string[] = []
    const files: Promise<void>[] = []
    for await (const { name, stats } of looksAt(folder, names.first)) {
      requireGoing()
      const place = below(path, name)
      if (path === '' && isGit(name)) {
        stock.hasGit = true
        continue
      }
      if (stock.places.size >= limits.places) {
        stock.unseen.add(path)
        break
      }
      if (!stats) continue
      if (!stats.isFile()) {
        const { state } = await seeChild(folder, name, { ...looking, keep: true, limit: 0 }, stats)
        stock.places.set(place, state)
        if (state.kind !== 'folder') continue
        if (mayDefer && heavy.has(name)) later.push(place)
        else folders.push(name)
        continue
      }
      const size = Number(stats.size)
      const fits = size <= limits.fileBytes && bytes + size <= limits.bytes
      const left = fits ? null : notKept(stats, size > limits.fileBytes ? 'large' : 'room')
      // Its place in the order is now, also when it is read later.
      stock.places.set(place, left?.state ?? { kind: 'other' })
      if (left?.notKept) stock.notKept.set(place, left.notKept)
      if (!fits) continue
      bytes += size
      files.push(read(folder, place, name, stats))
      while (reading.size >= lanes) await Promise.race(reading)
    }
    for (const name of folders) await descend(folder, name, below(path, name), mayDefer)
    await Promise.all(files)
  }

  async function descend(parent: Folder, name: string, path: Path, mayDefer: boolean): Promise<void> {
    requireGoing()
    if (stock.places.size >= limits.places || depthOf(path) > deepest) {
      stock.unseen.add(path)
      return
    }
    const folder = await openChild(parent, name).catch((thrown) => closedOrGone(thrown, path))
    if (!folder) return
    try {
      await walk(folder, path, mayDefer).catch((thrown) => void closedOrGone(thrown, path))
    } finally {
      await folder.close()
    }
  }

  function closedOrGone(thrown: unknown, path: Path): null {
    const code = errorCode(thrown)
    if (code === 'EACCES' || code === 'EPERM') stock.closed.add(path)
    else if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') throw thrown
    return null
  }

  const top = await openRoot(root)
  try {
    await walk(top, '', true)
  } finally {
    await Promise.all(reading)
    await top.close()
  }
  for (const path of later) {
    requireGoing()
    const folder = await openFolder(root, path).catch((thrown) => closedOrGone(thrown, path))
    if (!folder) continue
    try {
      if (stock.places.size >= limits.places) stock.unseen.add(path)
      else await walk(folder, path, false).catch((thrown) => void closedOrGone(thrown, path))
    } finally {
      await Promise.all(reading)
      await folder.close()
    }
  }
  requireGoing()
  return stock
}

/** Sorted, unless there are more than are taken. */
async function namesIn(folder: Folder, most: number): Promise<{ first: string[]; more: boolean }> {
  const first: string[] = []
  let more = false
  // The types of Node know names as texts only; with this encoding they are bytes.
  const entries = await opendir(folder.at('.'), { encoding: 'buffer' as BufferEncoding, bufferSize: 256 })
  for await (const { name } of entries) {
    if (first.length > most) {
      more = true
      break
    }
    first.push(Buffer.from(name as unknown as Uint8Array).toString('latin1'))
  }
  return { first: first.sort(), more }
}

/** In their order, and many at a time: one after the other, waiting would take longer than looking. */
async function* looksAt(folder: Folder, names: readonly string[]) {
  for (let from = 0; from < names.length; from += looksTogether) {
    const some = names.slice(from, from + looksTogether)
    const looks = some.map((name) => lstat(folder.at(name), { bigint: true }).catch(unlessGone))
    for (const [index, stats] of (await Promise.all(looks)).entries()) yield { name: some[index] ?? '', stats }
  }
}

/** Also as the more forgiving disks read it. */
function isGit(name: string): boolean {
  return name === '.git' || (process.platform !== 'linux' && name.toLowerCase() === '.git')
}

function unlessGone(thrown: unknown): null {
  if (errorCode(thrown) === 'ENOENT') return null
  throw thrown
}
