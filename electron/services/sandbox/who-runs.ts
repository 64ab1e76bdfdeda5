// As which user a command runs: never as root, and for root as the owner of the workspace.
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { broken } from './sealing.ts'

export interface User {
  uid: number
  gid: number
}

/** The person's own user, or null where that is root or where there are no users. */
export function ownUser(): User | null {
  const uid = process.getuid?.()
  const gid = process.getgid?.()
  return uid === undefined || gid === undefined || uid === 0 ? null : { uid, gid }
}

/** Whether this user can get to a folder and look into it; access lists are not looked at, so it may say no too often. */
export async function canReach(path: string, user: User): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const seen = await stat(folder).catch(() => null)
    if (!seen) return false
    const wanted = folder === path ? 0o5 : 0o1
    const shift = seen.uid === user.uid ? 6 : seen.gid === user.gid ? 3 : 0
    if (((seen.mode >> shift) & wanted) !== wanted) return false
    if (dirname(folder) === folder) return true
  }
}

/** null: as ourselves. Throws `unavailable` when nobody but root could run it. */
export async function userFor(workspace: string): Promise<User | null> {
  if (process.getuid?.() !== 0) return null
  const { start } = sandboxWords
  const seen = await stat(workspace).catch(() => null)
  if (!seen) throw broken({ reason: start.gone, fix: start.goneFix })
  if (seen.uid === 0) throw broken({ reason: start.rootOwned, fix: start.rootOwnedFix })
  // The group of root would give rights that the owner does not have.
  const user = { uid: seen.uid, gid: seen.gid === 0 ? seen.uid : seen.gid }
  if (!(await canReach(workspace, user))) {
    throw broken({ reason: start.unreachable(user.uid), fix: start.unreachableFix })
  }
  return user
}
