// The jail of macOS: a Seatbelt profile that denies what it does not name. Written without a Mac at hand, and never run on one.
import { access } from 'node:fs/promises'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { type Cell, type Jail, type JailChoice, limitWords, type Plan, prelude } from './jail.ts'

/** Not looked for on the PATH. */
const program = '/usr/bin/sandbox-exec'

export async function chooseSeatbelt(): Promise<JailChoice> {
  return await access(program).then(
    () => ({ jail: seatbelt }),
    () => ({ reason: sandboxWords.off.missingSeatbelt, fix: sandboxWords.fixes.missingSeatbelt }),
  )
}

const seatbelt: Jail = {
  name: 'seatbelt',
  remark: sandboxWords.unverifiedSeatbelt,
  plan: planned,
  explain: async () => ({ reason: sandboxWords.off.broken, fix: sandboxWords.fixes.guards }),
}

/** What is started, and with what on its descriptors: the workspace first. */
export function planned(cell: Cell): Plan {
  const held = [cell.workspace, ...cell.pinned, ...cell.readOnly]
  const variables = { PATH: cell.path, HOME: '/var/empty', LANG: 'C.UTF-8', TERM: 'dumb', ...cell.variables }
  // macOS has no private /tmp; what a command needs of the kind it makes in its folder.
  const environment = Object.entries({ ...variables, TMPDIR: cell.workspace.path }).map(
    ([name, value]) => `${name}=${value}`,
  )
  return {
    file: program,
    args: [
      ...['-p', profileFor(cell), '/usr/bin/env', '-i', ...environment],
      ...['/bin/bash', '-c', `cd "$5" || exit 1\n${prelude}`, 'carrel', cell.command, limitWords(cell.limits), '3'],
      ...held.flatMap(({ path }, index) => [String(4 + index), path]),
    ],
    inputs: [{ kind: 'ready' }, ...held.map(({ fd }) => ({ kind: 'descriptor' as const, fd }))],
  }
}

/** Later rules win over earlier ones, so what is denied in the workspace stands at the end. */
export function profileFor(cell: Cell): string {
  const below = (paths: readonly string[]) => paths.map((path) => `(subpath ${quoted(path)})`).join(' ')
  const system = ['/usr', '/bin', '/sbin', '/System', '/Library/Apple', '/Library/Developer', '/private/var/db/dyld']
  const devices = ['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom', '/dev/fd']
  const ws = cell.workspace.path
  const rules = [
    '(version 1)',
    '(deny default)',
    '(allow process-fork)',
    '(allow process-exec)',
    '(allow signal (target same-sandbox))',
    '(allow sysctl-read)',
    '(allow file-read-metadata)',
    `(allow file-read* (literal "/") ${below([...system, ...cell.visible, ws])})`,
    `(allow file-read* file-write-data ${below(devices)})`,
    // Also the kind with a file: rules about files do not stop a connect.
    '(deny network*)',
    ...(cell.writable ? [`(allow file-write* ${below([ws])})`] : []),
    ...(cell.readOnly.length > 0 ? [`(deny file-write* ${below(cell.readOnly.map(({ path }) => path))})`] : []),
    ...(cell.pinned.length > 0
      ? [`(deny file-write-unlink ${cell.pinned.map(({ path }) => `(literal ${quoted(path)})`).join(' ')})`]
      : []),
    ...(cell.masked.length > 0
      ? [`(deny file-read-data file-write* ${below(cell.masked.map(({ path }) => path))})`]
      : []),
  ]
  return rules.join('\n')
}

/** A string of the profile's language. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}
