// What a run has changed, as a person reads it: files with their lines and diffs, made of the bytes that are kept.
import type { ChangedFile, RunChanges } from '../../../shared/changes.ts'
import { checkpointWords } from '../../../shared/messages/changes.ts'
import { actionOf, type Change } from './compare.ts'
import type { Manifest } from './manifests.ts'
import type { Objects } from './objects.ts'
import { parentOf, type State, shown } from './state.ts'

/** Larger files are named without their lines. */
const textBytes = 1_048_576
/** Files of one run that are listed, and those that are compared. */
const listedFiles = 500
const comparedFiles = 200
/** Of all diffs of one answer, in code units; the newest runs come first. */
const diffsTogether = 2_000_000
const remembered = 500

/** Compares two texts; null is no file. The lines and the diff are null when that takes too long. */
export type Compare = (
  path: string,
  before: string | null,
  after: string | null,
) => Promise<Pick<ChangedFile, 'added' | 'removed' | 'diff'>>

export interface Texts {
  /** null when the bytes are no text. */
  decode(bytes: Uint8Array): Promise<string | null>
  compare: Compare
}

export function createDiffs(objects: () => Promise<Objects>, texts: Texts) {
  const known = new Map<string, Pick<ChangedFile, 'added' | 'removed' | 'diff'>>()
  const none = { added: null, removed: null, diff: null }

  async function linesOf({ path, before, after }: Change): Promise<Pick<ChangedFile, 'added' | 'removed' | 'diff'>> {
    const key = JSON.stringify([path, keyOf(before), keyOf(after)])
    const found = known.get(key)
    if (found) return found
    const was = await textOf(before)
    const is = await textOf(after)
    const made = was === undefined || is === undefined ? none : await texts.compare(shown(path), was, is)
    if (known.size >= remembered) known.clear()
    known.set(key, made)
    return made
  }

  /** undefined when it is no text. */
  async function textOf(one: State): Promise<string | null | undefined> {
    if (one.kind === 'none') return null
    if (one.kind !== 'file' || one.hash === null) return undefined
    const bytes = await (await objects()).read(one.hash, textBytes)
    return bytes === null ? undefined : ((await texts.decode(bytes)) ?? undefined)
  }

  async function filesOf(manifest: Manifest, room: { left: number }): Promise<ChangedFile[]> {
    const listed = listedOf(manifest.changes)
    const files: ChangedFile[] = []
    for (const [index, change] of listed.slice(0, listedFiles).entries()) {
      const isFolder = change.before.kind === 'folder' || change.after.kind === 'folder'
      const path = shown(change.path) + (isFolder ? '/' : '')
      const lines = index < comparedFiles && !manifest.givenUp && room.left > 0 ? await linesOf(change) : none
      const fits = (lines.diff?.length ?? 0) <= room.left
      if (fits) room.left -= lines.diff?.length ?? 0
      files.push({ path, action: actionOf(change.before, change.after), ...lines, diff: fits ? lines.diff : null })
    }
    return files
  }

  return async function runsOf(manifests: readonly Manifest[]): Promise<RunChanges[]> {
    const room = { left: diffsTogether }
    const runs: RunChanges[] = []
    for (const manifest of [...manifests].reverse()) {
      const { runId, entryId, at, state, limits, missed, changes, givenUp } = manifest
      if (changes.length === 0 && missed.length === 0) continue
      const files = await filesOf(manifest, room)
      const more = listedOf(changes).length - files.length
      const said = [
        ...(givenUp ? [checkpointWords.givenUp] : []),
        ...(more > 0 ? [checkpointWords.moreFiles(more)] : []),
        ...missed,
        ...limits,
      ]
      runs.push({ runId, entryId, at, files, state, limits: said })
    }
    return runs.reverse()
  }
}

/** Files and links; a folder only where nothing in it says of it. */
function listedOf(changes: readonly Change[]): Change[] {
  const withChildren = new Set(changes.map(({ path }) => parentOf(path)))
  const listed = changes.filter(({ path, before, after }) => {
    const isFolder = before.kind === 'folder' || after.kind === 'folder'
    const isPlain = isFolder && (before.kind === 'none' || after.kind === 'none' || before.kind === after.kind)
    return !isPlain || !withChildren.has(path)
  })
  return listed.sort((one, other) => (one.path < other.path ? -1 : 1))
}

function keyOf(one: State): string {
  return one.kind === 'file' ? `${one.hash}` : one.kind
}
