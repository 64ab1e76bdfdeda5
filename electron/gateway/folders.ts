// Which folders a page may name: those a person has chosen in the system's own dialog, now or before.
import { ExpectedFailure } from '../../shared/failure.ts'
import { approvalWords } from '../../shared/messages/approvals.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Services, Surface } from '../contracts.ts'

export interface Folders {
  /** Asks natively. `refused` says why the chosen one may be no workspace; null with a null folder: nothing was chosen. */
  choose(surface: Surface, signal: AbortSignal): Promise<{ folder: string | null; refused: string | null }>
  /** The newest first; those that are gone, or may be none any more, are not among them. */
  recent(): Promise<string[]>
  /** Throws `denied` for a folder that nobody has chosen here. */
  require(folder: string): void
  /** A session was begun in it. */
  used(folder: string): Promise<void>
}

export function createFolders({ settings, sessions }: Pick<Services, 'settings' | 'sessions'>): Folders {
  const chosen = new Set<string>()
  const { desk } = settings
  return {
    async choose(surface, signal) {
      const folder = await surface.chooseFolder(signal)
      if (folder === null) return { folder: null, refused: null }
      const refused = await sessions.refusedFolder(folder)
      if (refused !== null) return { folder: null, refused }
      chosen.add(folder)
      return { folder, refused: null }
    },
    async recent() {
      const judged = await Promise.all(
        desk.folders().map(async (folder) => ({ folder, refused: await sessions.refusedFolder(folder) })),
      )
      return judged.flatMap(({ folder, refused }) => (refused === null ? [folder] : []))
    },
    require(folder) {
      if (!chosen.has(folder) && !desk.folders().includes(folder)) {
        throw new ExpectedFailure('denied', messages.failures.folderNotChosen)
      }
    },
    used: (folder) => desk.rememberFolder(folder),
  }
}

const order = ['read-only', 'workspace', 'trusted'] as const
type Mode = (typeof order)[number]

/** What lets more happen unasked is asked natively: no page can answer that. */
export async function setModeIfAgreed(
  sessions: Services['sessions'],
  surface: Surface,
  { sessionId, mode }: { sessionId: string; mode: Mode },
  signal: AbortSignal,
): Promise<boolean> {
  const slice = { at: 'end', entryId: null, branch: null } as const
  const { mode: now, workspace } = await sessions.open(sessionId, { slice })
  if (workspace === null) throw new ExpectedFailure('invalid-input', approvalWords.noFolder)
  const isLooser = order.indexOf(mode) > order.indexOf(now)
  if (isLooser && !(await surface.confirmMode(mode, workspace, signal))) return false
  await sessions.setMode(sessionId, mode)
  return true
}
