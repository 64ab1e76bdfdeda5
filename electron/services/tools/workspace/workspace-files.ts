// The files of one workspace, read and written behind guards: the only way to the disk that a file tool has.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords, workspaceWords } from '../../../../shared/messages/tools.ts'
import { isWriteProtected } from '../../../../shared/protected-names.ts'
import type { RefusalReason } from '../../../../shared/tool.ts'
import { type Checking, type OpenFolder, openFolder, openLeaf, type Root, rememberRoot } from './opening.ts'
import { rights as bits, ownerMay, requireOwner } from './owner-rights.ts'
import { namesOf, shownPath } from './paths.ts'
import { type CallRights, type FoundFile, type FoundFolder, readAll, readBelow, requireNoSecret } from './reading.ts'
import { AccessRefused, diskRefusal } from './refusal.ts'
import { type PersonsPlaces, refusedWorkspace } from './refused-workspace.ts'
import { findRipgrep } from './ripgrep.ts'
import { type SearchAnswer, type SearchLimits, search, searchLimits } from './search.ts'

/** Largest file that is written, in bytes. */
export const writeLimit = 8 * 1_024 * 1_024

/** The workspace for one call. Paths are as a model writes them. Whatever a guard or the system refuses is thrown. */
export interface WorkspaceFiles {
  /** Throws `not-found` when there is nothing. */
  read(path: string): Promise<FoundFile | FoundFolder>
  /**
   * Replaces a file as a whole, or creates it and the folders it lies in. `before` are the bytes that are there now, null
   * for none: when others are there, nothing is written. Answers the path as it really is.
   */
  write(path: string, bytes: Uint8Array, before: Uint8Array | null): Promise<string>
  /** Throws `not-found` when there is nothing at the path, `invalid-input` for a query that is none. */
  search(path: string, query: string, isPattern: boolean): Promise<SearchAnswer>
}

export interface WorkspaceOptions extends PersonsPlaces {
  /** The folder as the person chose it. */
  path: string
  platform: NodeJS.Platform
  /** Where ripgrep is looked for: PATH counts. */
  environment: Readonly<Record<string, string | undefined>>
  /** For tests: how what was opened is checked; else what the system can do. */
  checking?: Checking
  searchLimits?: SearchLimits
}

export interface Workspace {
  readonly root: Root
  forCall(rights: CallRights): WorkspaceFiles
}

/** Throws `denied` with a sentence for the person when the folder cannot be a workspace. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const refused = await refusedWorkspace(options.path, options)
  if (refused !== null) throw new ExpectedFailure('denied', refused)
  const root = await rememberRoot(options.path, options.checking ?? null).catch(() => {
    throw new ExpectedFailure('denied', workspaceWords.missing)
  })
  let ripgrep: Promise<string | null> | undefined
  const names = (path: string) => namesOf(path, [options.path, root.path], options.platform)

  /**
   * The rules of names, for the words of a path and again for where they really lead. The protected places outside need no
   * rule here: a workspace that holds one, or lies in one, was refused above.
   */
  function judge(at: readonly string[], shown: string, action: 'read' | 'write', permitted: readonly RefusalReason[]) {
    if (action === 'write' && isWriteProtected(at)) {
      throw new AccessRefused('protected', toolWords.writeProtected(shown))
    }
    requireNoSecret(at, shown, permitted)
  }

  async function read(path: string, rights: CallRights): Promise<FoundFile | FoundFolder> {
    return await readBelow(root, names(path), path, rights)
  }

  async function write(
    path: string,
    bytes: Uint8Array,
    before: Uint8Array | null,
    rights: CallRights,
  ): Promise<string> {
    const shown = shownPath(path)
    const asked = names(path)
    const leaf = asked.at(-1)
    if (leaf === undefined) throw new ExpectedFailure('invalid-input', toolWords.rootIsFolder)
    if (bytes.byteLength > writeLimit) throw new ExpectedFailure('limit', toolWords.tooMuchText(shown, writeLimit))
    judge(asked, shown, 'write', rights.permitted)
    const mayMake = (at: readonly string[]) => judge(at, shown, 'write', rights.permitted)
    const folder = await openFolder(root, asked.slice(0, -1), shown, before === null ? mayMake : null)
    try {
      const real = [...folder.names, leaf]
      judge(real, shown, 'write', rights.permitted)
      await replace(folder, leaf, bytes, before, { signal: rights.signal, shown })
      return real.join('/')
    } finally {
      await folder.close()
    }
  }

  async function find(path: string, query: string, isPattern: boolean, rights: CallRights): Promise<SearchAnswer> {
    const shown = shownPath(path) || '.'
    return await search(
      { query, isPattern, from: names(path) },
      {
        root,
        signal: rights.signal,
        mayRead: (at) => judge(at, shown, 'read', rights.permitted),
        hardLinks: rights.permitted.includes('hard-link'),
        limits: options.searchLimits ?? searchLimits,
        ripgrep: () => (ripgrep ??= findRipgrep(options.environment, root.path)),
      },
      shown,
    )
  }

  return {
    root,
    forCall: (rights) => ({
      read: (path) => inWords(path, read(path, rights)),
      write: (path, bytes, before) => inWords(path, write(path, bytes, before, rights)),
      search: (path, query, isPattern) => inWords(path, find(path, query, isPattern, rights)),
    }),
  }
}

/** Whatever the system refuses is a sentence for the model. */
export async function inWords<Value>(path: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (thrown) {
    throw diskRefusal(thrown, shownPath(path))
  }
}

/**
 * Writes beside the file and renames over it: after a crash the old bytes are there or the new ones. What somebody else
 * writes between the last look and the rename is lost; no system that Node runs on closes that gap.
 */
async function replace(
  folder: OpenFolder,
  leaf: string,
  bytes: Uint8Array,
  before: Uint8Array | null,
  { signal, shown }: { signal: AbortSignal; shown: string },
): Promise<void> {
  const { owner } = folder
  await requireOwner(owner, folder.at('.'), bits.write | bits.enter)
  const mode = await modeOfUnchanged(folder, leaf, before, signal, shown)
  const temporary = `.carrel-${randomBytes(8).toString('hex')}.tmp`
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants
  const handle = await open(folder.at(temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode ?? 0o666)
  try {
    try {
      // Before the first byte: in the wrong folder there is an empty file of a strange name then, and nothing else.
      await folder.check(handle, temporary, shown)
      await handle.writeFile(bytes)
      // The mask of the process has been taken from the mode at the open; a file that was there keeps its own.
      if (mode !== null) await handle.chmod(mode)
      // Commands in this folder run as its owner, and so does the person: what root wrote they could not change.
      if (owner) await handle.chown(owner.uid, owner.gid)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await modeOfUnchanged(folder, leaf, before, signal, shown)
    if (signal.aborted) throw new ExpectedFailure('cancelled', toolWords.cancelled)
    await rename(folder.at(temporary), folder.at(leaf))
  } catch (thrown) {
    await unlink(folder.at(temporary)).catch(() => undefined)
    throw thrown
  }
  await folder.sync()
}

/** The mode of the file, null when there is none; throws when it is not what it was, or not to be written. */
async function modeOfUnchanged(
  folder: OpenFolder,
  leaf: string,
  before: Uint8Array | null,
  signal: AbortSignal,
  shown: string,
): Promise<number | null> {
  const changed = new AccessRefused('changed', toolWords.changed(shown))
  const opened = await openLeaf(folder, leaf, shown).catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return null
    if (thrown instanceof AccessRefused && thrown.reason === 'link') {
      throw new AccessRefused('link', toolWords.linkWrite(shown))
    }
    throw thrown
  })
  if (!opened) {
    if (before !== null) throw changed
    return null
  }
  try {
    const { handle } = opened
    const found = await handle.stat()
    if (found.isDirectory()) throw new ExpectedFailure('invalid-input', toolWords.isFolder(shown))
    if (!found.isFile()) throw new AccessRefused('special', toolWords.special(shown))
    if (found.nlink > 1) throw new AccessRefused('hard-link', toolWords.hardLink(shown))
    // A rename would not ask: it needs the folder's leave only.
    const mayNot = folder.owner !== null && !ownerMay(folder.owner, found, bits.write)
    if ((found.mode & 0o222) === 0 || mayNot) throw new ExpectedFailure('denied', toolWords.readOnlyFile(shown))
    if (before === null) throw changed
    const now = await readAll(handle, found.size, signal, shown)
    if (!now.equals(before)) throw changed
    // Without set-user-id and the like: the system takes those away, too, when somebody writes to a file.
    return found.mode & 0o777
  } finally {
    await opened.handle.close()
  }
}
