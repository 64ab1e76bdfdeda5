// What was dropped onto the page, as bytes: a page never learns a path of this machine, and may name none.
import { ExpectedFailure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { droppedBytesLimit } from '../../shared/skill-calls.ts'
import { bytes, wholeNumber } from '../ui/moments.ts'

const words = skillsPage.install

/** As many files as the main process takes at once. */
const filesLimit = 2_000

export interface Dropped {
  /** Of the folder or the archive. */
  name: string
  files: { path: string; base64: string }[]
}

/** Whether something is dragged that could be a skill. */
export function holdsFiles({ types }: DataTransfer): boolean {
  return types.includes('Files')
}

/**
 * What was dropped has to be taken while the drop is being told of: later it is gone. Reading it comes after that. The promise is
 * rejected with an ExpectedFailure when it is more than may be dropped, or cannot be read.
 */
export function takeDropped(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  const [entry] = entries
  if (!entry || entries.length > 1) return Promise.reject(refused(words.several))
  return readEntry(entry)
}

function refused(sentence: string): ExpectedFailure {
  return new ExpectedFailure('invalid-input', sentence)
}

async function readEntry(entry: FileSystemEntry): Promise<Dropped> {
  const files: { path: string; file: File }[] = []
  let size = 0
  const walk = async (one: FileSystemEntry, path: string): Promise<void> => {
    if (one.isFile) {
      const file = await fileOf(one as FileSystemFileEntry, path)
      size += file.size
      // Before a byte of it is read.
      if (size > droppedBytesLimit) throw refused(words.tooLarge(bytes(droppedBytesLimit)))
      files.push({ path, file })
      if (files.length > filesLimit) throw refused(words.tooMany(wholeNumber(filesLimit)))
      return
    }
    for (const child of await childrenOf(one as FileSystemDirectoryEntry, path)) {
      await walk(child, path === '' ? child.name : `${path}/${child.name}`)
    }
  }
  await walk(entry, entry.isFile ? entry.name : '')
  const read = files.map(async ({ path, file }) => ({ path, base64: await base64Of(file, path) }))
  return { name: entry.name, files: await Promise.all(read) }
}

function fileOf(entry: FileSystemFileEntry, path: string): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, () => reject(refused(words.unreadable(path))))
  })
}

/** A reader gives a hundred at a time, and none when there are no more. */
async function childrenOf(entry: FileSystemDirectoryEntry, path: string): Promise<FileSystemEntry[]> {
  const reader = entry.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, () => reject(refused(words.unreadable(path || entry.name))))
    })
    if (some.length === 0) return all
    all.push(...some)
  }
}

async function base64Of(file: File, path: string): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(refused(words.unreadable(path)))
    reader.readAsDataURL(file)
  })
  return url.slice(url.indexOf(',') + 1)
}
