// Backups by the window: the person says natively where to, or which, and what of it counts.
import { backupWords } from '../../shared/messages/backup.ts'
import type { BackupWritten, Services, Surface } from '../contracts.ts'

type Needed = Pick<Services, 'backup' | 'home' | 'surroundings'>

/** null when they chose no file. */
export async function backUp(
  { backup, surroundings }: Needed,
  surface: Surface,
  progressId: string,
  signal: AbortSignal,
): Promise<BackupWritten | null> {
  const day = surroundings.now().toISOString().slice(0, 10)
  const path = await surface.chooseBackupFile(`${backupWords.fileName(day)}.zip`, signal)
  // Its own dialog has asked about what is there already.
  return path === null ? null : await backup.write(path, { mayReplace: true, progressId }, signal)
}

/** Whether it takes the place of what is here: then the app begins anew, and nothing more may be asked of this one. */
export async function restoreIfAgreed(
  { backup, home }: Needed,
  surface: Surface,
  progressId: string,
  signal: AbortSignal,
): Promise<boolean> {
  home.requireWritable()
  const path = await surface.chooseBackup(signal)
  if (path === null) return false
  const agreed = await surface.confirmRestore(path, await backup.inspect(path), signal)
  if (agreed === null) return false
  await backup.restore(path, { ...agreed, progressId }, signal)
  surface.restart()
  return true
}
