// Where a path lies, and where nothing is ever shown to a command.
import { join, relative, resolve, sep } from 'node:path'
import { protectedInHome } from '../../../shared/protected-names.ts'

export interface PersonsPlaces {
  /** Absolute path of the person's home folder. */
  personHome: string
  /** Absolute path of Carrel's data folder. */
  dataFolder: string
}

/** Whether `path` is `folder` or lies below it. Absolute paths; case does not count, since some disks do not count it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  const way = relative(foldedPath(folder), foldedPath(path))
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way)
}

/** Of the system: what is in them is another thing in a jail, or nobody's business. */
const systemPlaces = ['/proc', '/sys', '/dev', '/etc', '/boot', '/run', '/var/run', '/var/spool', '/var/mail']
/** Too much as a whole, though a folder in them may be a toolchain. */
const tooWide = ['/home', '/Users', '/root', '/mnt', '/media', '/srv', '/opt', '/tmp', '/var', '/var/lib', '/var/tmp']
/** What a jail shows anyway. */
const shownAnyway = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64']

/** A real path that would show more than a toolchain: a home, what lies above one, or what is protected. */
export function showsTooMuch(path: string, { personHome, dataFolder }: PersonsPlaces): boolean {
  if (isAtOrBelow(personHome, path)) return true
  if (systemPlaces.some((place) => isAtOrBelow(path, place) || isAtOrBelow(place, path))) return true
  if (tooWide.includes(path)) return true
  const places = [dataFolder, ...protectedInHome.map((name) => join(personHome, name))]
  return places.some((place) => isAtOrBelow(path, place) || isAtOrBelow(place, path))
}

export function isShownAnyway(path: string): boolean {
  return shownAnyway.some((place) => isAtOrBelow(path, place))
}

function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
