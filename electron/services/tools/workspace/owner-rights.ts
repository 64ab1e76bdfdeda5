// As root the system refuses nothing, so what the owner of a workspace may not do there is refused here: file tools work with their
// rights, as commands do. Modes only: who is let in by an access list beside them is told no, and nobody else is let in by one,
// except where its mask is what the mode shows.
import { type FileHandle, stat } from 'node:fs/promises'

export interface Owner {
  uid: number
  gid: number
}

/** As in a mode. */
export const rights = { read: 4, write: 2, enter: 1 } as const

interface Guarded {
  uid: number
  gid: number
  mode: number
}

/** Whether all of these rights are the owner's, by the first of the three that is about them, as the system judges it. */
export function ownerMay(owner: Owner, { uid, gid, mode }: Guarded, wanted: number): boolean {
  const shift = uid === owner.uid ? 6 : gid === owner.gid ? 3 : 0
  return ((mode >> shift) & wanted) === wanted
}

/** Throws what the system would say to the owner. Nobody is asked when we are not root: then it has said so itself. */
export async function requireOwner(owner: Owner | null, at: FileHandle | string, wanted: number): Promise<void> {
  if (owner === null) return
  const found = typeof at === 'string' ? await stat(at) : await at.stat()
  if (!ownerMay(owner, found, wanted)) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
}
