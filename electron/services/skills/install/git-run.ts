// One git process that reads nobody's config, asks nobody anything, runs no hook, filter, helper or submodule, and ends in time.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { delimiter, isAbsolute } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords } from '../../../../shared/messages/skill-install.ts'
import type { GitAddress } from './git-address.ts'

const words = skillInstallWords.git

/** Before every command. A repository made here has no hooks, and none that is named is looked for either. */
const config = [
  'core.hooksPath=/dev/null',
  'core.symlinks=false',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'protocol.ext.allow=never',
  'protocol.file.allow=never',
  'submodule.recurse=false',
  'credential.helper=',
  'gc.auto=0',
  'maintenance.auto=false',
  // One pack, whose growth can be watched.
  'fetch.unpackLimit=1',
  'transfer.unpackLimit=1',
  // What the ledger says was reached is all that was.
  'http.followRedirects=false',
].flatMap((one) => ['-c', one])

/** What a network needs that only lets its own way out; none of it comes from a repository. */
const passedOn = ['https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SystemRoot']
/** The person's own keys and known hosts; what is in them is their word and nobody else's. */
const passedToSsh = ['HOME', 'USER', 'USERPROFILE', 'SSH_AUTH_SOCK']
/** Nothing is asked, an unknown host is refused, and nothing of this machine is opened to the other side. */
const ssh =
  'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ClearAllForwardings=yes -o PermitLocalCommand=no -o ConnectTimeout=20'
const mostWords = 8_000

export interface GitSurroundings {
  environment: Readonly<Record<string, string | undefined>>
  /** An empty folder, where https finds nobody's files. */
  emptyHome: string
  /** A file of certificates to believe beside the system's; null for those alone. */
  certificates: string | null
}

export function gitEnvironment(
  protocol: GitAddress['protocol'],
  surroundings: GitSurroundings,
): Record<string, string> {
  const { environment, emptyHome, certificates } = surroundings
  const names = protocol === 'ssh' ? [...passedOn, ...passedToSsh] : passedOn
  const passed = names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))
  return {
    HOME: emptyHome,
    XDG_CONFIG_HOME: emptyHome,
    ...Object.fromEntries(passed),
    // Only whole paths: what lies in the working folder is no program.
    PATH: (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(isAbsolute).join(delimiter),
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: protocol,
    GIT_ASKPASS: '',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_SSH_COMMAND: ssh,
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
    ...(certificates !== null && { GIT_SSL_CAINFO: certificates }),
  }
}

export interface GitCommand {
  arguments: readonly string[]
  folder: string
  environment: Readonly<Record<string, string>>
  /** Ends it, with everything it has started. */
  signal: AbortSignal
}

export interface GitAnswer {
  code: number | null
  stdout: Buffer
  /** The first of it. */
  stderr: string
  /** It said more than it may. */
  isCut: boolean
}

export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>

export function startGit({ arguments: given, folder, environment, signal }: GitCommand): GitProcess {
  const isPosix = process.platform !== 'win32'
  const child = spawn('git', [...config, ...given], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: git starts others, and they have to end with it.
    detached: isPosix,
    windowsHide: true,
  })
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      if (isPosix) process.kill(-child.pid, 'SIGKILL')
      else child.kill()
    } catch {
      // It has ended by itself.
    }
  }
  signal.addEventListener('abort', end, { once: true })
  child.once('close', () => signal.removeEventListener('abort', end))
  if (signal.aborted) end()
  // Whoever has ended reads nothing any more; its exit says the rest.
  child.stdin.on('error', () => undefined)
  return child
}

/** Throws `unavailable` when there is no git, and what the signal says. */
export async function runGit(command: GitCommand, most = mostWords): Promise<GitAnswer> {
  command.signal.throwIfAborted()
  const child = startGit(command)
  child.stdin.end()
  const out: Buffer[] = []
  const said: Buffer[] = []
  let bytes = 0
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes <= most) out.push(piece)
  })
  child.stderr.on('data', (piece: Buffer) => {
    if (said.length < 64) said.push(piece)
  })
  const code = await endOf(child)
  command.signal.throwIfAborted()
  return {
    code,
    stdout: Buffer.concat(out),
    stderr: Buffer.concat(said).toString('utf8').slice(0, mostWords),
    isCut: bytes > most,
  }
}

export async function endOf(child: GitProcess): Promise<number | null> {
  return await new Promise<number | null>((resolve, reject) => {
    child.once('error', (thrown) => reject(new ExpectedFailure('unavailable', words.missing, String(thrown))))
    child.once('close', resolve)
  })
}
