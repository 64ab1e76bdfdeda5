// Reads what lies below a root: a file, or the names in a folder, behind the guards that hold for every file tool.
import { type FileHandle, readdir } from 'node:fs/promises'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { isSecret } from '../../../../shared/protected-names.ts'
import type { OfferedSkill } from '../../../../shared/skills.ts'
import type { RefusalReason } from '../../../../shared/tool.ts'
import { openFolder, openForReading, openRoot, type Root } from './opening.ts'
import { shownPath } from './paths.ts'
import { AccessRefused } from './refusal.ts'

/** Largest file that is read whole, in bytes. */
export const readLimit = 16 * 1_024 * 1_024
/** So many names of a folder are told. */
const listedNames = 100

export interface FoundFile {
  kind: 'file'
  /** Where it is not a file of the workspace but of a skill: its path there. */
  ofSkill?: { skill: Pick<OfferedSkill, 'name' | 'hash'>; path: string }
  /** From the root, with slashes, as it really is. */
  path: string
  bytes: Buffer
}

export interface FoundFolder {
  kind: 'folder'
  path: string
  /** Sorted; folders end in a slash. */
  names: string[]
  more: number
}

/** What one call may do beyond the rules, and when it ends. */
export interface CallRights {
  signal: AbortSignal
  permitted: readonly RefusalReason[]
}

/** What is at these names below the root. `path` is what the model wrote. Rejects with errors of the system, too. */
export async function readBelow(
  root: Root,
  asked: readonly string[],
  path: string,
  { signal, permitted }: CallRights,
): Promise<FoundFile | FoundFolder> {
  const shown = shownPath(path) || '.'
  requireNoSecret(asked, shown, permitted)
  const { handle, names: real } = await openForReading(root, asked, shown)
  try {
    requireNoSecret(real, shown, permitted)
    const found = await handle.stat()
    if (found.isDirectory()) {
      return { kind: 'folder', path: real.join('/') || '.', ...(await listed(root, asked, shown)) }
    }
    if (!found.isFile()) throw new AccessRefused('special', toolWords.special(shown))
    if (found.nlink > 1 && !permitted.includes('hard-link')) {
      throw new AccessRefused('hard-link', toolWords.hardLink(shown))
    }
    return { kind: 'file', path: real.join('/'), bytes: await readAll(handle, found.size, signal, shown) }
  } finally {
    await handle.close()
  }
}

export function requireNoSecret(at: readonly string[], shown: string, permitted: readonly RefusalReason[]): void {
  if (isSecret(at) && !permitted.includes('secret')) throw new AccessRefused('secret', toolWords.secret(shown))
}

async function listed(
  root: Root,
  names: readonly string[],
  shown: string,
): Promise<Pick<FoundFolder, 'names' | 'more'>> {
  const folder = names.length === 0 ? await openRoot(root) : await openFolder(root, names, shown, null)
  try {
    const entries = await readdir(folder.at('.'), { withFileTypes: true })
    const all = entries.map((entry) => shownPath(entry.name) + (entry.isDirectory() ? '/' : '')).sort()
    return { names: all.slice(0, listedNames), more: Math.max(0, all.length - listedNames) }
  } finally {
    await folder.close()
  }
}

/** Never more than the limit, however large the file becomes meanwhile; `size` is what it had. */
export async function readAll(handle: FileHandle, size: number, signal: AbortSignal, shown: string): Promise<Buffer> {
  const tooLarge = (bytes: number) => new ExpectedFailure('limit', toolWords.tooLarge(shown, bytes, readLimit))
  if (size > readLimit) throw tooLarge(size)
  const parts: Buffer[] = []
  for (let length = 0; ; ) {
    if (signal.aborted) throw new ExpectedFailure('cancelled', toolWords.cancelled)
    const part = Buffer.allocUnsafe(Math.min(Math.max(size - length, 0) + 1_024, 1_048_576))
    const { bytesRead } = await handle.read(part, 0, part.length, length)
    if (bytesRead === 0) return Buffer.concat(parts)
    length += bytesRead
    if (length > readLimit) throw tooLarge(length)
    parts.push(part.subarray(0, bytesRead))
  }
}
