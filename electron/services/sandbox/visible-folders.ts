// What of the person's PATH commands can read: toolchains that lie outside of the system's folders.
import { realpath, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import type { VisibleFolder } from '../../../shared/seal.ts'
import type { Settings } from '../../../shared/settings.ts'
import { isShownAnyway, type PersonsPlaces, showsTooMuch } from './paths.ts'

export interface Toolchains {
  folders: readonly VisibleFolder[]
  /** The folders of the PATH that a command can look into, in their order. */
  path: readonly string[]
  /** By which programs find the rest of their own, since a command has another home. */
  variables: Readonly<Record<string, string>>
}

/** Beside bin/, these say that the folder above it is one toolchain as a whole. */
const toolchainParts = ['lib', 'lib64', 'libexec', 'versions', 'installs', 'tools']
const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

export async function findToolchains(
  personsPath: string | undefined,
  chosen: Settings['visibleFolders'],
  places: PersonsPlaces,
): Promise<Toolchains> {
  const { home, isFit } = await judgeOf(places)
  const found = new Map<string, VisibleFolder>()
  const path: { bin: string; folder: string | null }[] = []
  const note = (folder: string, from: VisibleFolder['from']) => {
    if (!found.has(folder)) found.set(folder, { path: folder, from, hidden: chosen.hidden.includes(folder) })
  }
  for (const entry of (personsPath ?? '').split(delimiter)) {
    const bin = await realFolder(entry)
    if (bin === null) continue
    if (isShownAnyway(bin)) {
      path.push({ bin, folder: null })
      continue
    }
    const above = dirname(bin)
    const folder = isFit(above) && (await isToolchain(bin, above)) ? above : bin
    if (!isFit(folder)) continue
    note(folder, 'path')
    path.push({ bin, folder })
  }
  // What cargo's programs start lies in a folder of its own.
  const rustup = await realFolder(join(home, '.rustup'))
  const hasCargo = path.some(({ bin }) => bin === join(home, '.cargo', 'bin'))
  if (rustup !== null && hasCargo && isFit(rustup)) note(rustup, 'path')
  for (const entry of chosen.added) {
    const folder = await realFolder(entry)
    if (folder !== null && isFit(folder) && !isShownAnyway(folder)) note(folder, 'person')
  }
  const isShown = (folder: string) => found.get(folder)?.hidden === false
  const shown = path.filter(({ folder }) => folder === null || isShown(folder)).map(({ bin }) => bin)
  return {
    folders: [...found.values()],
    path: [...new Set([...shown, ...systemPath])],
    variables: rustup !== null && isShown(rustup) ? { RUSTUP_HOME: rustup } : {},
  }
}

/** The real path of a folder that a person wants commands to read, or why it may be none. */
export async function judgeFolder(
  path: string,
  places: PersonsPlaces,
): Promise<{ folder: string } | { refused: string }> {
  const folder = await realFolder(path)
  if (folder === null) return { refused: sandboxWords.visible.gone }
  if (isShownAnyway(folder)) return { refused: sandboxWords.visible.shownAnyway }
  const { isFit } = await judgeOf(places)
  return isFit(folder) ? { folder } : { refused: sandboxWords.visible.tooMuch }
}

async function judgeOf(places: PersonsPlaces) {
  const home = await realpath(places.personHome).catch(() => places.personHome)
  const dataFolder = await realpath(places.dataFolder).catch(() => places.dataFolder)
  const judge = [places, { personHome: home, dataFolder }]
  return { home, isFit: (path: string) => !judge.some((way) => showsTooMuch(path, way)) }
}

async function isToolchain(bin: string, above: string): Promise<boolean> {
  if (!['bin', 'sbin', 'shims'].includes(basename(bin))) return false
  for (const part of toolchainParts) if ((await realFolder(join(above, part))) !== null) return true
  return false
}

async function realFolder(path: string): Promise<string | null> {
  if (!isAbsolute(path)) return null
  try {
    const real = await realpath(path)
    return (await stat(real)).isDirectory() ? real : null
  } catch {
    return null
  }
}
