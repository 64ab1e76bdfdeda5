// How much room this machine has where Ollama keeps its models.
import { stat, statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { ModelRoom } from '../../../../shared/model.ts'
import { isThisComputer } from '../../../../shared/this-computer.ts'

/** Left free on purpose: a disk that is full to the last byte stops more than a download. */
export const spareBytes = 500_000_000

export interface DiskRoomDependencies {
  environment: Readonly<Record<string, string | undefined>>
  personHome: string
}

export type DiskRoom = (host: string) => Promise<ModelRoom>

/**
 * The server does not say where its models lie, so it is looked for where Ollama puts them: where OLLAMA_MODELS says, in the
 * person's own folder, or in that of the service of Linux. The first that is there is measured, else the person's.
 */
export function createDiskRoom({ environment, personHome }: DiskRoomDependencies): DiskRoom {
  const named = environment['OLLAMA_MODELS']
  const own = join(personHome, '.ollama', 'models')
  const places = [...(named ? [named] : []), own, '/usr/share/ollama/.ollama/models']

  return async (host) => {
    const { hostname, port } = new URL(host)
    const isThisMachine = isThisComputer(`${hostname}:${port || '80'}`)
    if (!isThisMachine) return { isThisMachine, folder: null, freeBytes: null, memoryBytes: null }
    const memoryBytes = totalmem()
    const found = await firstThere(places)
    const folder = await nearest(found ?? own)
    const free = await statfs(folder).catch(() => null)
    if (free === null) return { isThisMachine, folder: null, freeBytes: null, memoryBytes }
    return { isThisMachine, folder, freeBytes: free.bavail * free.bsize, memoryBytes }
  }
}

async function firstThere(places: readonly string[]): Promise<string | null> {
  for (const place of places) if (await isThere(place)) return place
  return null
}

/** The folder itself, or the nearest one above it that is there: both are on the disk it will lie on. */
async function nearest(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (dirname(folder) === folder || (await isThere(folder))) return folder
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
