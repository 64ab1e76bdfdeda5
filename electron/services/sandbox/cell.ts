// Prepares the cell of one command: opens the workspace and what is protected in it, so that nothing else can take their places.
import { constants } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import type { Held } from './jail.ts'
import { mostHeld, mostMasked } from './limits.ts'
import { broken } from './sealing.ts'
import { type Found, type Stock, takeStock } from './stock.ts'

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants
/** Only to know what it is: neither read nor written through it. Node has no name for it; the same number on x64 and arm64. */
const O_PATH = 0x200000
const descriptors = '/proc/self/fd'
const { start } = sandboxWords

export interface OpenCell {
  workspace: HeldFolder
  readOnly: readonly Held[]
  pinned: readonly Held[]
  masked: readonly { path: string; isFolder: boolean }[]
  before: Stock
  /** As it is now. */
  stock(): Promise<Stock>
  close(): Promise<void>
}

interface HeldFolder extends Held {
  /** A path that leads to this very folder, whatever becomes of its name. */
  at: string
}

/** Something has moved between two looks. */
export class Moved extends Error {}

export interface CellOptions {
  /** Real path. */
  workspace: string
  gitWritable: boolean
}

/** Throws Moved when the workspace is not what its path says, or what lies in it changes just now. */
export async function openCell({ workspace, gitWritable }: CellOptions): Promise<OpenCell> {
  const handle = await open(workspace, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(() => {
    throw new Moved()
  })
  const handles: FileHandle[] = []
  const close = async () => {
    await Promise.all([handle, ...handles].map((each) => each.close().catch(() => undefined)))
  }
  try {
    if ((await whereIs(handle)) !== workspace) throw new Moved()
    const at = `${descriptors}/${handle.fd}`
    const stock = () => takeStock(at, { insideGit: gitWritable })
    const before = await stock()

    async function hold({ path, identity }: Pick<Found, 'path' | 'identity'>): Promise<Held> {
      const held = await open(`${at}/${path}`, O_PATH | O_NOFOLLOW).catch(() => {
        throw new Moved()
      })
      handles.push(held)
      const here = `${workspace}/${path}`
      // A folder on the way may have been swapped for a link: then it is not where it seems to be.
      if ((await whereIs(held)) !== here) throw new Moved()
      const { dev, ino } = await held.stat({ bigint: true })
      if (identity.split(' ')[0] !== `${dev}:${ino}`) throw new Moved()
      return { path: here, fd: held.fd }
    }

    const isGit = ({ path, type }: Found) => gitWritable && path === '.git' && type === 'folder'
    const isHook = ({ path }: Found) => path.startsWith('.git/hooks/')
    const found = [...before.found.values()]
    const real = found.filter(({ type }) => type === 'file' || type === 'folder')
    const protectedOnes = real.filter((each) => each.kind === 'protected' && !isGit(each) && !isHook(each))
    const readOnly: Held[] = []
    for (const each of protectedOnes.slice(0, mostHeld)) readOnly.push(await hold(each))
    const pinned: Held[] = []
    for (const each of real.filter(isGit)) pinned.push(await hold(each))
    const secrets = real.filter(({ kind }) => kind === 'secret')
    if (secrets.length > mostMasked)
      throw broken({ reason: start.tooManySecrets(secrets.length), fix: start.tooManySecretsFix })
    const masked = secrets.map(({ path, type }) => ({
      path: `${workspace}/${path}`,
      isFolder: type === 'folder',
    }))
    return { workspace: { path: workspace, fd: handle.fd, at }, readOnly, pinned, masked, before, stock, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function whereIs(handle: FileHandle): Promise<string> {
  return await readlink(`${descriptors}/${handle.fd}`)
}
