// Searches names and contents below a folder of the workspace: guarded like every read, bounded in time, files and results.
import { readdir } from 'node:fs/promises'
import { setImmediate as breathe } from 'node:timers/promises'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { decode } from '../text/encoding.ts'
import { type IgnoreRules, isIgnored, isLeftOut, rulesIn } from './ignore-rules.ts'
import { lineMatcher } from './line-matcher.ts'
import { type OpenFolder, openFolder, openLeaf, openPlainChild, openRoot, type Root } from './opening.ts'
import { AccessRefused } from './refusal.ts'

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
}

export const searchLimits: SearchLimits = {
  milliseconds: 10_000,
  files: 50_000,
  matches: 100,
  matchesPerFile: 10,
  names: 20,
  fileBytes: 2 * 1_024 * 1_024,
  lineLength: 200,
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

interface SearchDeps {
  root: Root
  signal: AbortSignal
  /** Throws when the rules of names forbid to read there. */
  mayRead(names: readonly string[]): void
  /** Whether files with a second name may be read. */
  hardLinks: boolean
  limits?: SearchLimits
}

/** So many files are read at the same time. */
const lanes = 8
/** Folders in folders; deeper ones are some program's mistake. */
const depthLimit = 64
/** How long the process may be held up at a time, in milliseconds. */
const holdMs = 10

/** Throws `not-found` when there is nothing at `from`, `invalid-input` for a query that is none, `cancelled` when stopped. */
export async function search(question: SearchQuestion, deps: SearchDeps, shown: string): Promise<SearchAnswer> {
  const { root, signal, limits = searchLimits } = deps
  const matcher = await lineMatcher(question.query, question.isPattern)
  const end = performance.now() + limits.milliseconds
  let seen = 0
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

  /** Whether to go on; a stop is thrown. */
  function goesOn(): boolean {
    if (signal.aborted) throw new ExpectedFailure('cancelled', toolWords.cancelled)
    if (answer.stopped === null && performance.now() > end) answer.stopped = 'time'
    return answer.stopped === null
  }

  async function searchFolder(folder: OpenFolder, above: IgnoreRules): Promise<void> {
    const rules = await rulesIn(folder, above)
    const entries = await readdir(folder.at('.'), { withFileTypes: true })
    const kept = entries
      .filter((entry) => !isLeftOut([...folder.names, entry.name], entry.isDirectory(), rules))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const names = kept.filter((entry) => entry.isFile()).map(({ name }) => name)
    for (let at = 0; at < names.length && goesOn(); at += lanes) await searchFiles(folder, names.slice(at, at + lanes))
    for (const { name } of kept.filter((entry) => entry.isDirectory())) {
      if (!goesOn()) return
      const child = folder.names.length < depthLimit ? await openPlainChild(root, folder, name).catch(skip) : skip()
      if (!child) continue
      try {
        await searchFolder(child, rules)
      } catch (thrown) {
        // A folder that cannot be listed, or has gone meanwhile.
        if (!(thrown instanceof AccessRefused) && errorCode(thrown) === undefined) throw thrown
        skip()
      } finally {
        await child.close()
      }
    }
  }

  /** Several files at once; what they have is told in their order. */
  async function searchFiles(folder: OpenFolder, names: readonly string[]): Promise<void> {
    const found = await Promise.all(names.map((name) => searchFile(folder, name)))
    for (const [index, { matches, isCut, isSkipped }] of found.entries()) {
      const path = [...folder.names, names[index]].join('/')
      if (answer.stopped) return
      seen++
      tellName(path, names[index] ?? '')
      if (isSkipped) answer.skipped++
      else answer.files++
      const room = limits.matches - answer.matches.length
      answer.matches.push(...matches.slice(0, room))
      if (isCut) answer.cutFiles.push(path)
      if (answer.matches.length >= limits.matches) answer.stopped = 'matches'
      else if (seen >= limits.files) answer.stopped = 'files'
    }
  }

  function tellName(path: string, name: string): void {
    // A query with a slash means a path, any other one a name.
    if ((matcher.find(question.query.includes('/') ? path : name) ?? -1) < 0) return
    if (answer.names.length < limits.names) answer.names.push(path)
    else answer.moreNames++
  }

  async function searchFile(folder: OpenFolder, name: string): Promise<FileMatches> {
    const names = [...folder.names, name]
    try {
      deps.mayRead(names)
      const { handle } = await openLeaf(folder, name, name)
      try {
        const found = await handle.stat()
        if (!found.isFile() || found.size > limits.fileBytes) return skippedFile
        if (found.nlink > 1 && !deps.hardLinks) return skippedFile
        const bytes = Buffer.allocUnsafe(found.size)
        const { bytesRead } = await handle.read(bytes, 0, found.size, 0)
        return await matchesIn(bytes.subarray(0, bytesRead), names.join('/'))
      } finally {
        await handle.close()
      }
    } catch (thrown) {
      if (!(thrown instanceof AccessRefused) && errorCode(thrown) === undefined) throw thrown
      return skippedFile
    }
  }

  async function matchesIn(bytes: Uint8Array, path: string): Promise<FileMatches> {
    const text = decode(bytes)?.text
    if (text === undefined || !matcher.mayBeIn(text)) return { matches: [], isCut: false, isSkipped: false }
    const matches: SearchMatch[] = []
    let heldSince = performance.now()
    let line = 0
    for (const words of text.split('\n')) {
      line++
      const at = matcher.find(words)
      if (at === null) answer.longLines++
      else if (at >= 0) {
        if (matches.length === limits.matchesPerFile) return { matches, isCut: true, isSkipped: false }
        matches.push({ path, line, text: around(words.replace(/\r$/, ''), at, limits.lineLength) })
      }
      if (performance.now() - heldSince > holdMs) {
        await breathe()
        if (!goesOn()) break
        heldSince = performance.now()
      }
    }
    return { matches, isCut: false, isSkipped: false }
  }

  function skip(): null {
    answer.skipped++
    return null
  }

  await begin(question, deps, shown, searchFolder, searchFiles)
  return answer
}

interface FileMatches {
  matches: SearchMatch[]
  isCut: boolean
  isSkipped: boolean
}

const skippedFile: FileMatches = { matches: [], isCut: false, isSkipped: true }

/**
 * Finds the folder or file to begin at, and the rules that hold there. What is asked for by its name is searched even when
 * a rule would leave it out; then the rules from above say nothing about what lies in it.
 */
async function begin(
  { from }: SearchQuestion,
  { root, mayRead }: SearchDeps,
  shown: string,
  searchFolder: (folder: OpenFolder, above: IgnoreRules) => Promise<void>,
  searchFiles: (folder: OpenFolder, names: readonly string[]) => Promise<void>,
): Promise<void> {
  mayRead(from)
  let rules: IgnoreRules = []
  let folder = await openRoot(root)
  try {
    for (const [index, name] of from.entries()) {
      rules = await rulesIn(folder, rules)
      const next = await openFolder(root, from.slice(0, index + 1), shown, { create: false }).catch((thrown) => {
        if (index === from.length - 1 && errorCode(thrown) === 'ENOTDIR') return null
        throw thrown
      })
      if (!next) return await searchFiles(folder, [name])
      await folder.close()
      folder = next
      if (isIgnored(folder.names, true, rules)) rules = []
    }
    mayRead(folder.names)
    await searchFolder(folder, rules)
  } finally {
    await folder.close()
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
