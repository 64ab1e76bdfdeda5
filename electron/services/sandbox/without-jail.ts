// A command without any jail: as a user who is not root and cannot become root, with nothing of Carrel's environment.
import { randomBytes } from 'node:crypto'
import { access, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { type Jail, limitWords, prelude } from './jail.ts'
import { endMarked, ticksNow } from './process-watch.ts'
import { broken } from './sealing.ts'
import type { User } from './who-runs.ts'

export interface WithoutJail extends Pick<Jail, 'plan' | 'explain'> {
  close(): Promise<void>
}

/** Not looked for on the PATH. */
const places = ['/usr/bin/setpriv', '/bin/setpriv']
const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** `user` is null for our own. Throws `unavailable` where it would be root, or could become root. */
export async function openWithoutJail(user: User | null): Promise<WithoutJail> {
  const { without } = sandboxWords
  const uid = user?.uid ?? process.getuid?.() ?? 0
  if (uid === 0) throw broken({ reason: without.root, fix: without.rootFix })
  const setpriv = await firstOf(places)
  if (setpriv === null) throw broken({ reason: without.noSetpriv, fix: without.noSetprivFix })
  // A home of its own: that of the person has their keys in it, and what programs read there they also obey.
  const home = await mkdtemp(join(tmpdir(), 'carrel-command-'))
  if (user) await chown(home, user.uid, user.gid)
  // By this every process it has started is found again, also one that has left its group.
  const mark = { word: `CARREL_COMMAND=${randomBytes(16).toString('hex')}`, uid, since: ticksNow() }
  return {
    plan({ command, workspace, path, variables, limits }) {
      const environment = { PATH: path, HOME: home, TMPDIR: home, LANG: 'C.UTF-8', TERM: 'dumb', TZ: timeZone }
      const given = Object.entries({ ...environment, ...variables }).map(([name, value]) => `${name}=${value}`)
      // Outside of a namespace the system counts every process of this user, also those of the person.
      const words = limitWords(limits).split(',')
      const ulimits = words.filter((word) => !word.startsWith('-u')).join(',')
      return {
        file: setpriv,
        args: [
          // No sudo makes it root, and it ends with us when we are killed.
          ...['--no-new-privs', '--pdeathsig', 'KILL', '--', '/usr/bin/env', '-i', ...given, mark.word],
          ...['/bin/bash', '-c', `cd -- "$0" || exit 1\n${prelude}`, workspace.path, command, ulimits, '3', '4', '.'],
        ],
        inputs: [{ kind: 'ready' }, { kind: 'descriptor', fd: workspace.fd }],
        endRest: () => endMarked(mark),
      }
    },
    explain: async () => ({ reason: without.failed, fix: sandboxWords.start.changedFix }),
    close: () => rm(home, { recursive: true, force: true }).catch(() => undefined),
  }
}

async function firstOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return null
}
