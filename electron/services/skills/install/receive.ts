// Writes what a source brings into a folder of its own, counting what really comes. Nothing here follows a link: it makes every
// name itself, in a folder that was not there before.
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { syncDiskOf, syncFolder } from '../../../sync-disk.ts'
import { problem } from '../problems.ts'
import { isBomb, problemsOf, shownPath } from './check-entries.ts'
import { entriesOf, findSkill } from './find-skill.ts'
import { type Incoming, type IncomingEntry, Refused } from './incoming.ts'
import { limits } from './limits.ts'

/** More files than these are put on the disk with one word to the system. */
const fewFiles = 64
/** What a skill's files may be, whatever the source says: nothing runs as somebody else, and nobody else writes. */
const modes = { file: 0o644, program: 0o755, folder: 0o755 }

/**
 * The skill of a source, in `target`, which is not there yet. Answers the name a folder of it would have had. Throws `Refused`, and
 * what the system says; what was written then is the caller's to take away.
 */
export async function receive(incoming: Incoming, target: string, signal: AbortSignal): Promise<string> {
  if (incoming.isWhole) requireDecent(incoming.entries)
  const folder = findSkill(incoming)
  const wanted = entriesOf(incoming.entries, folder)
  if (!incoming.isWhole) requireDecent(wanted.map(({ entry, path }) => ({ ...entry, path })))
  await mkdir(target, { mode: modes.folder })
  const folders = new Set([target])
  const written: string[] = []
  const count = { bytes: 0 }
  for (const { entry, path } of wanted) {
    signal.throwIfAborted()
    const place = join(target, ...path.split('/'))
    if (entry.kind === 'folder') {
      await makeFolder(place, folders)
      continue
    }
    await makeFolder(dirname(place), folders)
    await writeOne(incoming, entry, place, count, signal)
    written.push(place)
  }
  await requireInside([...folders], target)
  if (written.length <= fewFiles || !(await syncDiskOf(target))) for (const path of written) await syncFile(path)
  for (const path of folders) await syncFolder(path)
  return folder === '' ? incoming.name : folder.slice(folder.lastIndexOf('/') + 1)
}

function requireDecent(entries: readonly IncomingEntry[]): void {
  const problems = problemsOf(entries)
  if (problems.length > 0) throw new Refused(...problems)
}

async function makeFolder(path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return
  await makeFolder(dirname(path), made)
  await mkdir(path, { mode: modes.folder })
  made.add(path)
}

async function writeOne(
  incoming: Incoming,
  entry: IncomingEntry,
  place: string,
  count: { bytes: number },
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(place, 'wx', 0o600)
  try {
    let bytes = 0
    for await (const piece of await incoming.read(entry)) {
      signal.throwIfAborted()
      bytes += piece.length
      count.bytes += piece.length
      requireWithinLimits(incoming, entry, bytes, count.bytes)
      await handle.writeFile(piece)
    }
    await settle(handle, entry.executable)
  } finally {
    await handle.close()
  }
}

/** What an archive says of its sizes is not what counts. */
function requireWithinLimits(incoming: Incoming, entry: IncomingEntry, bytes: number, total: number): void {
  const shown = shownPath(entry.path)
  if (bytes > limits.fileBytes) throw new Refused(problem('too-large', { path: shown }))
  if (total > limits.bytes) throw new Refused(problem('too-large'))
  if (isBomb(bytes, entry.packed)) throw new Refused(problem('archive-ratio', { path: shown }))
  // Entries that lie over each other are small each, and large together.
  if (isBomb(total, incoming.packed)) throw new Refused(problem('archive-ratio'))
}

/** Said once more than at its making, where the system takes something away. */
async function settle(handle: FileHandle, executable: boolean): Promise<void> {
  if (process.platform !== 'win32') await handle.chmod(executable ? modes.program : modes.file)
}

/** Whatever was overlooked above would show here. */
async function requireInside(folders: readonly string[], target: string): Promise<void> {
  const root = await realpath(target)
  for (const folder of folders) {
    const real = await realpath(folder)
    if (real !== root && !real.startsWith(root + sep)) throw new Error('a folder of a skill lies outside of it')
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
