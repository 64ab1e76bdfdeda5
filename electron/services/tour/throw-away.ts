// The folder of the tour: made new, remembered by what it is, and removed only while it still is that.
import { lstat, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

const prefix = 'carrel-tour-'

export const throwAwayFolder = z.object({
  /** Real path. */
  path: z.string().max(4_096),
  /** Which folder it is: one that took its name since has other numbers. As text, since some disks have larger ones than are safe. */
  device: z.string().max(40),
  inode: z.string().max(40),
})
export type ThrowAwayFolder = z.infer<typeof throwAwayFolder>

/** `below` is the system's folder for what may be thrown away. Only its owner can look into what is made. */
export async function makeThrowAway(below: string, files: Readonly<Record<string, string>>): Promise<ThrowAwayFolder> {
  const path = await mkdtemp(join(await realpath(below), prefix))
  const { dev, ino } = await lstat(path, { bigint: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text, { mode: 0o600 })
  return { path, device: String(dev), inode: String(ino) }
}

/** Removes it with all that is in it, and no link is followed. False when what lies there is not certainly ours: then nothing is touched. */
export async function removeThrowAway(folder: ThrowAwayFolder, below: string): Promise<boolean> {
  if (!(await isOurs(folder, below))) return false
  await rm(folder.path, { recursive: true, force: true })
  return true
}

export async function isOurs({ path, device, inode }: ThrowAwayFolder, below: string): Promise<boolean> {
  try {
    if (!basename(path).startsWith(prefix) || dirname(path) !== (await realpath(below))) return false
    const found = await lstat(path, { bigint: true })
    return found.isDirectory() && String(found.dev) === device && String(found.ino) === inode
  } catch {
    return false
  }
}
