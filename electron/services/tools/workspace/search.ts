// Searches names and contents below a folder of the workspace: guarded like every read, bounded in time, files and results.
import { setImmediate as breathe } from 'node:timers/promises'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { decode } from '../text/encoding.ts'
import { lineMatcher } from './line-matcher.ts'
import { type OpenFolder, openFolder, openLeaf, type Root } from './opening.ts'
import { isOfTheDisk } from './refusal.ts'
import { canPropose, proposed } from './ripgrep.ts'
import { type FolderFiles, filesBelow } from './walk.ts'

export interface SearchQuestion {
  query: string
  isPattern: boolean
  /** Names from the root to the folder or file to search in. */
  from: readonly string[]
}

export interface SearchLimits {
  milliseconds: number
  files: number
  matches: number
  matchesPerFile: number
  names: number
  /** Largest file that is looked into, in bytes. */
  fileBytes: number
  /** Longest line in an answer, in code units. */
  lineLength: number
  /** With fewer files, starting ripgrep takes longer than reading them. */
  proposedFrom: number
}

export const searchLimits: SearchLimits = {
  milliseconds: 10_000,
  files: 50_000,
  matches: 100,
  matchesPerFile: 10,
  names: 20,
  fileBytes: 2 * 1_024 * 1_024,
  lineLength: 200,
  proposedFrom: 500,
}

export interface SearchMatch {
  path: string
  /** Counted from 1. */
  line: number
  text: string
}

export interface SearchAnswer {
  names: string[]
  /** How many more names there are. */
  moreNames: number
  matches: SearchMatch[]
  /** Files in which more lines match than are told. */
  cutFiles: string[]
  /** How many files were looked into. */
  files: number
  /** How many were too large, secret or refused. */
  skipped: number
  /** Lines that were too long for a regular expression. */
  longLines: number
  stopped: null | 'matches' | 'files' | 'time'
}

export interface SearchDeps {
  root: Root
  signal: AbortSignal
  /** Throws when the rules of names forbid to read there. */
  mayRead(names: readonly string[]): void
  /** Whether files with a second name may be read. */
  hardLinks: boolean
  limits: SearchLimits
  /** The program, when there is one. Asked for only when it would help. */
  ripgrep(): Promise<string | null>
}

/** So many files are read at the same time. */
const lanes = 8
/** How long the process may be held up at a time, in milliseconds. */
const holdMs = 10

/** Throws `invalid-input` for a query that is none, `cancelled` when stopped, and what the system says of `from`. */
export async function search(question: SearchQuestion, deps: SearchDeps, shown: string): Promise<SearchAnswer> {
  const { root, signal, limits, mayRead } = deps
  const { query, isPattern } = question
  const matcher = await lineMatcher(query, isPattern)
  const end = performance.now() + limits.milliseconds
  const answer: SearchAnswer = {
    names: [],
    moreNames: 0,
    matches: [],
    cutFiles: [],
    files: 0,
    skipped: 0,
    longLines: 0,
    stopped: null,
  }

  function goesOn(): boolean {
    if (signal.aborted) throw new ExpectedFailure('cancelled', toolWords.cancelled)
    if (answer.stopped === null && performance.now() > end) answer.stopped = 'time'
    return answer.stopped === null
  }

  async function searchFolder({ folder: at, names }: FolderFiles, worth: ReadonlySet<string> | null): Promise<void> {
    for (const name of names) tellName([...at, name].join('/'), name)
    // What ripgrep does not propose has been looked into by it.
    const own = worth ? names.filter((name) => worth.has([...at, name].join('/'))) : names
    answer.files += names.length - own.length
    if (own.length === 0) return
    const folder = await openFolder(root, at, at.join('/'), null).catch(orNull)
    if (!folder) {
      answer.skipped += own.length
      return
    }
    try {
      for (let from = 0; from < own.length && goesOn(); from += lanes) {
        await searchFiles(folder, own.slice(from, from + lanes))
      }
    } finally {
      await folder.close()
    }
  }

  /** Several files at once; what they have is told in their order. */
  async function searchFiles(folder: OpenFolder, names: readonly string[]): Promise<void> {
    const found = await Promise.all(names.map((name) => searchFile(folder, name)))
    for (const [index, file] of found.entries()) {
      if (answer.stopped !== null) return
      if (!file) {
        answer.skipped++
        continue
      }
      answer.files++
      answer.matches.push(...file.matches.slice(0, limits.matches - answer.matches.length))
      if (file.isCut) answer.cutFiles.push([...folder.names, names[index]].join('/'))
      if (answer.matches.length >= limits.matches) answer.stopped = 'matches'
    }
  }

  /** null when it is not to be looked into. */
  async function searchFile(folder: OpenFolder, name: string): Promise<FileMatches | null> {
    const names = [...folder.names, name]
    try {
      mayRead(names)
      const { handle } = await openLeaf(folder, name, name)
      try {
        const found = await handle.stat()
        if (!found.isFile() || found.size > limits.fileBytes || (found.nlink > 1 && !deps.hardLinks)) return null
        const bytes = Buffer.allocUnsafe(found.size)
        const { bytesRead } = await handle.read(bytes, 0, found.size, 0)
        return await matchesIn(bytes.subarray(0, bytesRead), names.join('/'))
      } finally {
        await handle.close()
      }
    } catch (thrown) {
      return orNull(thrown)
    }
  }

  async function matchesIn(bytes: Uint8Array, path: string): Promise<FileMatches> {
    const matches: SearchMatch[] = []
    const text = decode(bytes)?.text
    if (text === undefined || !matcher.mayBeIn(text)) return { matches, isCut: false }
    let heldSince = performance.now()
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const at = matcher.find(line)
      if (at === null) answer.longLines++
      else if (at >= 0) {
        if (matches.length === limits.matchesPerFile) return { matches, isCut: true }
        matches.push({ path, line: index + 1, text: around(line, at, limits.lineLength) })
      }
      if (performance.now() - heldSince > holdMs) {
        await breathe()
        if (!goesOn()) break
        heldSince = performance.now()
      }
    }
    return { matches, isCut: false }
  }

  function tellName(path: string, name: string): void {
    // A query with a slash means a path, any other one a name.
    const at = matcher.find(query.includes('/') ? path : name)
    if (at === null || at < 0) return
    if (answer.names.length < limits.names) answer.names.push(path)
    else answer.moreNames++
  }

  /** What ripgrep makes of it, when it is there and can be believed to miss nothing. */
  async function proposals(folders: readonly FolderFiles[]): Promise<ReadonlySet<string> | null> {
    const paths = folders.flatMap(({ folder, names }) => names.map((name) => [...folder, name]))
    if (!canPropose(query, isPattern) || paths.length < limits.proposedFrom) return null
    const program = await deps.ripgrep()
    if (program === null) return null
    const isOpen = (names: readonly string[]) => isAllowed(() => mayRead(names))
    const late = AbortSignal.timeout(Math.max(1, Math.ceil(end - performance.now())))
    const asked = paths.filter(isOpen).map((names) => names.join('/'))
    const found = await proposed(program, query, root.path, asked, AbortSignal.any([signal, late]))
    // The secret ones go the usual way, where they are counted as what they are.
    const others = paths.filter((names) => !isOpen(names)).map((names) => names.join('/'))
    return found && new Set([...found, ...others])
  }

  const { folders, skipped, isCut } = await filesBelow(
    question.from,
    { root, mayRead, limit: limits.files, goesOn },
    shown,
  )
  answer.skipped = skipped
  const worth = goesOn() ? await proposals(folders) : null
  for (const folder of folders) if (goesOn()) await searchFolder(folder, worth)
  if (isCut) answer.stopped ??= 'files'
  return answer
}

interface FileMatches {
  matches: SearchMatch[]
  isCut: boolean
}

/** What a guard or the system refuses is left out of a search, and counted. */
function orNull(thrown: unknown): null {
  if (isOfTheDisk(thrown)) return null
  throw thrown
}

function isAllowed(judge: () => void): boolean {
  try {
    judge()
    return true
  } catch (thrown) {
    return orNull(thrown) !== null
  }
}

/** The part of a long line in which the match is. */
function around(line: string, at: number, length: number): string {
  if (line.length <= length) return line
  const from = Math.max(0, Math.min(at - Math.floor(length / 4), line.length - length))
  const part = line.slice(from, from + length).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
  const cut = toolWords.lineCut
  return `${from > 0 ? cut : ''}${part}${from + length < line.length ? cut : ''}`
}
