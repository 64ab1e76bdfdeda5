// A folder of a git repository as a source. Its files are read out of the fetched objects: nothing is checked out, so no link, filter,
// attribute, hook or submodule of the repository is ever acted upon.
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords } from '../../../../shared/messages/skill-install.ts'
import { problem } from '../problems.ts'
import { shownPath } from './check-entries.ts'
import type { GitAddress } from './git-address.ts'
import { createBlobReader } from './git-blobs.ts'
import { type GitAnswer, type GitSurroundings, gitEnvironment, runGit } from './git-run.ts'
import { type Incoming, type IncomingEntry, Refused } from './incoming.ts'
import { limits } from './limits.ts'

const words = skillInstallWords.git
const betweenLooksMs = 50
/** Of the list of a repository's files. */
const mostListBytes = 33_554_432

export interface GitDependencies extends Pick<GitSurroundings, 'environment' | 'certificates'> {
  /** What was reached, and how many bytes came; null when nothing did. */
  reached(host: string, bytes: number | null): Promise<void>
  limitMs?: number
  limitBytes?: number
}

/**
 * Fetches one commit into `folder`, which is the caller's to take away. Throws `unavailable`, `not-found` for a ref or a folder that
 * is not there, `limit`, and what the signal says.
 */
export async function openRepository(
  address: GitAddress,
  folder: string,
  dependencies: GitDependencies,
  signal: AbortSignal,
): Promise<Incoming> {
  const repository = join(folder, 'repository')
  const emptyHome = join(folder, 'home')
  await mkdir(emptyHome)
  const environment = gitEnvironment(address.protocol, { ...dependencies, emptyHome })
  const git = async (given: readonly string[], until: AbortSignal, most?: number) =>
    await runGit({ arguments: given, folder, environment, signal: until }, most)
  const inside = (...given: string[]) => [`--git-dir=${repository}`, ...given]

  const made = await git(['init', '--quiet', '--bare', '--template=', '--', repository], signal)
  if (made.code !== 0) throw new ExpectedFailure('unavailable', words.failed(address.host), made.stderr)
  await fetch()
  const commit = await textOf(inside('rev-parse', '--verify', 'FETCH_HEAD^{commit}'))
  const entries = await list(address.folder === '' ? commit : `${commit}:${address.folder}`)
  const blobs = createBlobReader({ arguments: inside('cat-file', '--batch'), folder, environment, signal })
  const last = (address.folder || address.url).split(/[/:]/).filter(Boolean).at(-1) ?? ''
  return {
    name: last.replace(/\.git$/, ''),
    entries: [...entries.keys()],
    packed: null,
    isWhole: false,
    isGit: true,
    commit,
    async read(entry) {
      const object = entries.get(entry)
      if (object === undefined) throw new Error('an entry of another repository')
      return blobs.read(object)
    },
    close: () => blobs.close(),
  }

  /** One commit without its history, in time and within its size. */
  async function fetch(): Promise<void> {
    const { limitMs = limits.gitMs, limitBytes = limits.repositoryBytes } = dependencies
    const tooLarge = new AbortController()
    const tooSlow = AbortSignal.timeout(limitMs)
    const watch = setInterval(() => {
      bytesBelow(repository).then(
        (bytes) => bytes > limitBytes && tooLarge.abort(),
        () => undefined,
      )
    }, betweenLooksMs)
    const given = inside(
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-auto-maintenance',
    )
    let answer: GitAnswer | null = null
    try {
      const until = AbortSignal.any([signal, tooLarge.signal, tooSlow])
      answer = await git([...given, '--', address.url, address.ref ?? 'HEAD'], until)
    } catch (thrown) {
      signal.throwIfAborted()
      if (tooLarge.signal.aborted) throw new ExpectedFailure('limit', words.tooLarge(limitBytes))
      if (tooSlow.aborted) throw new ExpectedFailure('unavailable', words.tooSlow(address.host, limitMs / 1_000))
      throw thrown
    } finally {
      clearInterval(watch)
      const bytes = answer?.code === 0 ? await bytesBelow(repository) : null
      await dependencies.reached(`${address.host}:${address.port}`, bytes)
    }
    if (answer.code !== 0) throw notFetched(address, answer.stderr)
    if ((await bytesBelow(repository)) > limitBytes) throw new ExpectedFailure('limit', words.tooLarge(limitBytes))
  }

  async function textOf(given: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await git(given, signal)
    if (code !== 0) throw new ExpectedFailure('unavailable', words.failed(address.host), stderr)
    return stdout.toString('utf8').trim()
  }

  async function list(tree: string): Promise<Map<IncomingEntry, string>> {
    const { code, stdout, stderr, isCut } = await git(
      inside('ls-tree', '-r', '-z', '-l', '--full-tree', tree),
      signal,
      mostListBytes,
    )
    if (isCut) throw new Refused(problem('too-many-files'))
    if (code !== 0) throw new ExpectedFailure('not-found', words.noFolder(shownPath(address.folder)), stderr)
    return new Map(stdout.toString('utf8').split('\0').filter(Boolean).map(entryOf))
  }
}

function notFetched({ ref, host }: GitAddress, stderr: string): ExpectedFailure {
  if (ref !== null && /couldn't find remote ref|not our ref|unadvertised object/i.test(stderr)) {
    return new ExpectedFailure('not-found', words.noRef(ref), stderr)
  }
  if (/returned error: 30\d/.test(stderr)) return new ExpectedFailure('unavailable', words.leadsOn(host), stderr)
  return new ExpectedFailure('unavailable', words.failed(host), stderr)
}

const line = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t([\s\S]+)$/

/** One line of `ls-tree`: mode, type, object, size, path. */
function entryOf(text: string): [IncomingEntry, string] {
  const [, mode = '', , object = '', size = '', path = ''] = line.exec(text) ?? []
  if (path === '') throw new Error('a line of ls-tree that is none')
  const entry: IncomingEntry = {
    path,
    kind: mode === '120000' ? 'link' : mode.startsWith('100') ? 'file' : 'special',
    bytes: Number(size) || 0,
    packed: null,
    executable: mode === '100755',
  }
  return [entry, object]
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const found = entry.isFile() ? await stat(join(entry.parentPath, entry.name)).catch(() => null) : null
    bytes += found?.size ?? 0
  }
  return bytes
}
