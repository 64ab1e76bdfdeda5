// What changes skills on the disk, for the rest of the house. What does the work is read when somebody wants it done.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stagingName } from '../../../shared/data-places.ts'
import type { Events, SkillInstalls } from '../../contracts.ts'
import type { InstallDependencies } from './install/dependencies.ts'
import type { Installing } from './install/installing.ts'
import type { Library } from './skill-library.ts'

export interface InstallsDependencies extends Omit<InstallDependencies, 'library'> {
  events: Pick<Events, 'emit'>
  library(): Promise<Library>
}

export interface Installs extends SkillInstalls {
  /** Before anything is listed: finishes what a crash has interrupted. Only of the folder's owner. Never throws. */
  recover(): Promise<void>
  close(): Promise<void>
}

export function createInstalls({ events, library, ...dependencies }: InstallsDependencies): Installs {
  const { home, surroundings } = dependencies
  let opening: Promise<Installing> | null = null

  async function open(): Promise<Installing> {
    const { createInstalling } = await import('./install/installing.ts')
    return createInstalling({ ...dependencies, library: await library() })
  }

  async function using<Value>(work: (installing: Installing) => Promise<Value>): Promise<Value> {
    opening ??= open()
    return await work(await opening)
  }

  async function changing<Value>(work: (installing: Installing) => Promise<Value>): Promise<Value> {
    home.requireWritable()
    const value = await using(work)
    events.emit('skills.changed', {})
    return value
  }

  return {
    create: async (name, description) => await changing((installing) => installing.create(name, description)),
    save: async (key, text, before) => await changing((installing) => installing.save(key, text, before)),
    mend: async (key, fix) => await changing((installing) => installing.mend(key, fix)),
    async inspect(source, signal) {
      home.requireWritable()
      return await using((installing) => installing.inspect(source, signal))
    },
    async inspectUpdate(key, mayFetch, signal) {
      home.requireWritable()
      return await using((installing) => installing.inspectUpdate(key, mayFetch, signal))
    },
    install: async (id, options) => await changing((installing) => installing.install(id, options)),
    inspectedFile: async (id, path) => await using((installing) => installing.file(id, path)),
    async discard(id) {
      // Nothing was ever looked at.
      if (opening !== null) await using((installing) => installing.discard(id))
    },
    remove: async (key) => await changing((installing) => installing.remove(key)),
    takeBack: async (trashId) => await changing((installing) => installing.takeBack(trashId)),
    trashed: async () => await using((installing) => installing.trashed()),
    async emptyTrash(trashIds) {
      home.requireWritable()
      await using((installing) => installing.emptyTrash(trashIds))
    },
    async recover() {
      if (home.readOnly) return
      try {
        const left = await readdir(join(home.path, 'skills', stagingName)).catch(() => [])
        if (left.length > 0) await using((installing) => installing.recover())
      } catch (thrown) {
        surroundings.log(`what was left of an install could not be cleared away: ${String(thrown)}`)
      }
    },
    async close() {
      if (opening !== null) await using((installing) => installing.close())
    },
  }
}
