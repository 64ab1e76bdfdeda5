// Which folders are never given to a model: the disk, the home folder, Carrel's own, and whatever holds keys.
import { realpath, stat } from 'node:fs/promises'
import { join, parse, relative, resolve, sep } from 'node:path'
import { workspaceWords } from '../../../../shared/messages/tools.ts'

export interface PersonsPlaces {
  /** Absolute path of the person's home folder. */
  personHome: string
  /** Absolute path of Carrel's data folder. */
  dataFolder: string
}

/** In the home folder. Never read or written by a file tool and never shown to a command. */
const protectedInHome = [
  ...['.ssh', '.gnupg', '.aws', '.config/gcloud', '.kube', '.docker', '.netrc', '.npmrc', '.ollama', '.password-store'],
  ...['.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.profile', '.cshrc', '.config/fish'],
  ...['.zshrc', '.zprofile', '.zshenv', '.zlogin', '.zlogout'],
  ...['.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware', '.config/microsoft-edge'],
  ...['.config/vivaldi', '.config/opera', 'snap/firefox', 'snap/chromium', '.thunderbird'],
  ...['.var/app/org.mozilla.firefox', '.var/app/com.google.Chrome', '.var/app/org.chromium.Chromium'],
  ...['.local/share/keyrings', '.local/share/kwalletd', 'Library/Keychains', 'Library/Safari', 'Library/Cookies'],
  ...['Library/Application Support/Google/Chrome', 'Library/Application Support/Firefox'],
  ...['Library/Application Support/BraveSoftware', 'Library/Application Support/Microsoft Edge'],
  ...['AppData/Local/Google/Chrome', 'AppData/Local/Microsoft/Edge', 'AppData/Roaming/Mozilla'],
  ...['AppData/Roaming/Microsoft/Credentials', 'AppData/Local/BraveSoftware'],
]

/** What is in them are no files: processes, devices, the kernel's own knobs. */
const systemFolders = ['/proc', '/sys', '/dev']

/** The absolute paths no file tool touches. They need not exist. */
export function protectedPlaces({ personHome, dataFolder }: PersonsPlaces): string[] {
  return [dataFolder, ...protectedInHome.map((name) => join(personHome, name))]
}

/**
 * A sentence for the person when this folder cannot be the workspace, else null. Both the path as it is written and where
 * it really leads are judged, and both against the protected places as they are written and where they lead.
 */
export async function refusedWorkspace(path: string, places: PersonsPlaces): Promise<string | null> {
  const written = resolve(path)
  const real = await realpath(written).catch(() => null)
  if (real === null) return workspaceWords.missing
  if (!(await stat(real)).isDirectory()) return workspaceWords.notAFolder
  const homes = await bothWays(places.personHome)
  const dataFolders = await bothWays(places.dataFolder)
  for (const folder of [written, real]) {
    if (parse(folder).root === folder) return workspaceWords.root
    if (homes.some((home) => isAtOrBelow(home, folder))) return workspaceWords.home
    if (dataFolders.some((data) => touches(data, folder))) return workspaceWords.dataFolder
    if (systemFolders.some((system) => isAtOrBelow(folder, system))) return workspaceWords.system
    for (const place of protectedPlaces(places)) {
      if ((await bothWays(place)).some((way) => touches(way, folder))) return workspaceWords.protectedPlace(place)
    }
  }
  return null
}

/** Whether `path` is `folder` or lies below it. Absolute paths; case does not count, since some disks do not count it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  const way = relative(foldedPath(folder), foldedPath(path))
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way)
}

function touches(place: string, folder: string): boolean {
  return isAtOrBelow(place, folder) || isAtOrBelow(folder, place)
}

async function bothWays(path: string): Promise<string[]> {
  return [resolve(path), await realpath(path).catch(() => resolve(path))]
}

function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
