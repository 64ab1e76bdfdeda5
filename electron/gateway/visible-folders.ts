// Which folders outside of /usr commands can read: a page may take one away; to give one, a person is asked natively.
import { ExpectedFailure } from '../../shared/failure.ts'
import { sandboxWords } from '../../shared/messages/sandbox.ts'
import type { VisibleFolder } from '../../shared/seal.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Services, Surface } from '../contracts.ts'

/** As many as the settings take. */
const mostAdded = 100

type Chosen = Settings['visibleFolders']

export interface VisibleFolders {
  /** As a terminal may choose them. Throws `denied` when one that is new may be none. */
  judged(chosen: Chosen): Promise<Chosen>
  list(): Promise<VisibleFolder[]>
  /** One of the PATH is hidden, one that the person had added is taken off the list. */
  hide(folder: string): Promise<VisibleFolder[]>
  unhide(surface: Surface, folder: string, signal: AbortSignal): Promise<{ agreed: boolean; folders: VisibleFolder[] }>
  add(
    surface: Surface,
    signal: AbortSignal,
  ): Promise<{ folder: string | null; refused: string | null; folders: VisibleFolder[] }>
}

export function createVisibleFolders({ settings, sandbox }: Pick<Services, 'settings' | 'sandbox'>): VisibleFolders {
  let last: Promise<unknown> = Promise.resolve()

  const list = async () => [...(await sandbox.visibleFolders())]

  /** One after the other: each begins with what the one before has chosen. */
  async function change(next: (chosen: Chosen) => Chosen): Promise<VisibleFolder[]> {
    const changed = last.then(() => settings.update({ visibleFolders: next(settings.current().visibleFolders) }))
    last = changed.catch(() => undefined)
    await changed
    return await list()
  }

  async function known(folder: string): Promise<VisibleFolder> {
    const found = (await list()).find(({ path }) => path === folder)
    if (!found) throw new ExpectedFailure('not-found', sandboxWords.visible.unknown)
    return found
  }

  return {
    list,
    async judged({ added, hidden }) {
      const before = settings.current().visibleFolders.added
      const folders: string[] = []
      for (const folder of added) {
        const judged = before.includes(folder) ? { folder } : await sandbox.judgeFolder(folder)
        if ('refused' in judged) throw new ExpectedFailure('denied', judged.refused)
        folders.push(judged.folder)
      }
      return { added: [...new Set(folders)], hidden }
    },
    async hide(folder) {
      const { from } = await known(folder)
      return await change(({ added, hidden }) => ({
        added: without(added, folder),
        hidden: from === 'path' ? [...without(hidden, folder), folder] : without(hidden, folder),
      }))
    },
    async unhide(surface, folder, signal) {
      await known(folder)
      if (!(await surface.confirmUnhide(folder, signal))) return { agreed: false, folders: await list() }
      const folders = await change(({ added, hidden }) => ({ added, hidden: without(hidden, folder) }))
      return { agreed: true, folders }
    },
    async add(surface, signal) {
      const refuse = async (refused: string | null) => ({ folder: null, refused, folders: await list() })
      if (settings.current().visibleFolders.added.length >= mostAdded) return await refuse(sandboxWords.visible.tooMany)
      const chosen = await surface.chooseFolder(signal, 'commands')
      if (chosen === null) return await refuse(null)
      const judged = await sandbox.judgeFolder(chosen)
      if ('refused' in judged) return await refuse(judged.refused)
      const { folder } = judged
      const folders = await change(({ added, hidden }) => ({
        added: [...without(added, folder), folder],
        hidden: without(hidden, folder),
      }))
      return { folder, refused: null, folders }
    },
  }
}

const without = (folders: readonly string[], folder: string) => folders.filter((one) => one !== folder)
