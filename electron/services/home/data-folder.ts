// Where the data folder lies: a flag, then CARREL_HOME, then the platform's place for application data.
import { posix, win32 } from 'node:path'

export interface FolderQuestion {
  flag: string | null
  environment: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
  /** The person's home folder. */
  personHome: string
  /** The folder that relative paths start from. */
  from: string
}

/** Absolute path of the data folder. Nothing is created. */
export function dataFolder({ flag, environment, platform, personHome, from }: FolderQuestion): string {
  const path = platform === 'win32' ? win32 : posix
  const chosen = flag ?? environment.CARREL_HOME
  if (chosen) return path.resolve(from, chosen)
  if (platform === 'win32')
    return path.join(environment.APPDATA || path.join(personHome, 'AppData', 'Roaming'), 'Carrel')
  if (platform === 'darwin') return path.join(personHome, 'Library', 'Application Support', 'Carrel')
  // The XDG specification: a relative value is to be ignored.
  const shared = environment.XDG_DATA_HOME
  return path.join(shared && path.isAbsolute(shared) ? shared : path.join(personHome, '.local', 'share'), 'carrel')
}
