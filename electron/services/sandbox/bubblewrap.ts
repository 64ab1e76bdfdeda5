// The jail of Linux: namespaces by bubblewrap, a filter of system calls, and an emptied file system.
import { lstatSync, readlinkSync } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { type Cell, type Input, type Jail, type JailChoice, limitWords, type Plan, prelude } from './jail.ts'
import { seccompFilter } from './seccomp.ts'

/** Not looked for on the PATH: the jail is no program a folder of a person's may replace. */
const places = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap']

const home = '/tmp/home'
/** Of /etc only what programs do not run without; each mount has its price. The lists of users and hosts are our own. */
const ofEtc = ['ld.so.cache', 'alternatives']
/** By its name: the file in /etc would be one more mount. */
const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
const tmpfsBytes = 256 << 20
const smallTmpfsBytes = 64 << 20
const firstInput = 3

export async function chooseBubblewrap(processor: string, where: readonly string[] = places): Promise<JailChoice> {
  if (processor !== 'x64' && processor !== 'arm64') {
    return { reason: sandboxWords.off.processor(processor), fix: sandboxWords.fixes.system }
  }
  for (const place of where) {
    const isThere = await access(place).then(
      () => true,
      () => false,
    )
    if (isThere) return { jail: createBubblewrap(place, seccompFilter(processor)) }
  }
  return { reason: sandboxWords.off.missing, fix: sandboxWords.fixes.missing }
}

function createBubblewrap(file: string, filter: Buffer): Jail {
  const system = systemFolders()
  return { name: 'bubblewrap', remark: null, plan: (cell) => planned(file, filter, system, cell), explain }
}

/** /bin and the like: links into /usr on most systems, folders on some. */
function systemFolders(): string[] {
  return ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap((folder) => {
    const found = lstatSync(folder, { throwIfNoEntry: false })
    if (found?.isSymbolicLink()) return ['--symlink', readlinkSync(folder), folder]
    return found ? ['--ro-bind', folder, folder] : []
  })
}

function planned(file: string, filter: Buffer, system: readonly string[], cell: Cell): Plan {
  const inputs: Input[] = []
  const give = (input: Input) => String(firstInput + inputs.push(input) - 1)
  const { workspace, uid } = cell
  const users = `user:x:${uid}:${uid}::${home}:/bin/bash\n`
  const hosts = '127.0.0.1 localhost\n::1 localhost\n'
  const seccomp = give({ kind: 'bytes', bytes: filter })
  const ready = give({ kind: 'ready' })
  const firstProcess = give({ kind: 'first-process' })
  const args = [
    ...[
      '--unshare-all',
      '--unshare-user',
      '--disable-userns',
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
    ],
    ...['--info-fd', firstProcess, '--hostname', 'carrel', '--ro-bind', '/usr', '/usr', ...system],
    ...ofEtc.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...['--perms', '0444', '--file', give({ kind: 'bytes', bytes: Buffer.from(users) }), '/etc/passwd'],
    ...['--perms', '0444', '--file', give({ kind: 'bytes', bytes: Buffer.from(hosts) }), '/etc/hosts'],
    // The kernel's own knobs belong to the host's root, whatever namespace one is in.
    ...['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys'],
    ...['--dev', '/dev', '--size', String(smallTmpfsBytes), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', String(tmpfsBytes), '--tmpfs', '/tmp', '--dir', home],
    ...cell.visible.flatMap((path) => ['--ro-bind', path, path]),
    ...[cell.writable ? '--bind' : '--ro-bind', workspace.path, workspace.path],
    ...cell.pinned.flatMap(({ path }) => [cell.writable ? '--bind' : '--ro-bind', path, path]),
    ...cell.readOnly.flatMap(({ path }) => ['--ro-bind', path, path]),
    ...cell.masked.flatMap(({ path, isFolder }) =>
      isFolder
        ? ['--perms', '0555', '--tmpfs', path, '--remount-ro', path]
        : // A device that may not be opened: "permission denied" is more honest than an empty file.
          ['--ro-bind', '/dev/null', path],
    ),
    ...['--remount-ro', '/', '--chdir', workspace.path],
    ...['--clearenv', '--setenv', 'PATH', cell.path, '--setenv', 'HOME', home, '--setenv', 'TMPDIR', '/tmp'],
    ...['--setenv', 'LANG', 'C.UTF-8', '--setenv', 'TERM', 'dumb', '--setenv', 'TZ', timeZone],
    ...Object.entries(cell.variables).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--seccomp', seccomp, '--', '/bin/bash', '-c', prelude, 'carrel', cell.command, limitWords(cell.limits), ready],
    ...[workspace, ...cell.pinned, ...cell.readOnly].flatMap(({ path, fd }) => [
      give({ kind: 'descriptor', fd }),
      path,
    ]),
    ...cell.masked.flatMap(({ path, isFolder }) => [isFolder ? '+' : '-', path]),
  ]
  return { file, args, inputs }
}

/** bubblewrap's own words, and the system's knobs, say which of the known reasons it is. */
async function explain(said: string): Promise<{ reason: string; fix: string }> {
  const { off, fixes } = sandboxWords
  if (/Unknown option/.test(said)) return { reason: off.broken, fix: fixes.old }
  if (!/namespace|uid map|setting up|RTM_NEWADDR|Operation not permitted|No space left/i.test(said)) {
    return { reason: off.broken, fix: fixes.guards }
  }
  if ((await knob('kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return { reason: off.namespaces, fix: fixes.appArmor }
  }
  if ((await knob('kernel/unprivileged_userns_clone')) === '0') {
    return { reason: off.namespaces, fix: fixes.userNamespaces }
  }
  if ((await knob('user/max_user_namespaces')) === '0') return { reason: off.namespaces, fix: fixes.maxNamespaces }
  return { reason: off.namespaces, fix: fixes.container }
}

async function knob(name: string): Promise<string | null> {
  return await readFile(`/proc/sys/${name}`, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
}
