// Which folders are never given to a model: the disk, the home folder, Carrel's own, and whatever holds keys.
import { realpath, stat } from 'node:fs/promises'
import { join, parse, resolve, sep } from 'node:path'
import { workspaceWords } from '../../../../shared/messages/tools.ts'
import { protectedInHome } from '../../../../shared/protected-names.ts'

export interface PersonsPlaces {
  /** Absolute path of the person's home folder. */
  personHome: string
  /** Absolute path of Carrel's data folder. */
  dataFolder: string
}

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
  // All at once: each look is short, and there are dozens of places.
  const protectedWays = protectedPlaces(places).map(async (place) => ({ place, ways: await bothWays(place) }))
  const [homes, dataFolders, ...known] = await Promise.all([
    bothWays(places.personHome),
    bothWays(places.dataFolder),
    ...protectedWays,
  ])
  for (const folder of new Set([written, real])) {
    if (parse(folder).root === folder) return workspaceWords.root
    if (homes.some((home) => isAtOrBelow(home, folder))) return workspaceWords.home
    if (dataFolders.some((data) => touches(data, folder))) return workspaceWords.dataFolder
    if (systemFolders.some((system) => isAtOrBelow(folder, system))) return workspaceWords.system
    const touched = known.find(({ ways }) => ways.some((way) => touches(way, folder)))
    if (touched) return workspaceWords.protectedPlace(touched.place)
  }
  return null
}

/** Whether `path` is `folder` or lies below it. Absolute paths; case does not count, since some disks do not count it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  const [inner, outer] = [foldedPath(path), foldedPath(folder)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
}

function touches(place: string, folder: string): boolean {
  return isAtOrBelow(place, folder) || isAtOrBelow(folder, place)
}

/** As it is written and, where that differs, where it leads. */
async function bothWays(path: string): Promise<string[]> {
  const written = resolve(path)
  return [...new Set([written, await realpath(path).catch(() => written)])]
}

function foldedPath(path: string): string {
  return resolve(path.normalize('NFC').toLowerCase())
}
