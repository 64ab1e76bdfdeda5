// What a person has sent from the prompt, across runs: lines of JSON in the data folder, for nobody else to read.
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface History {
  /** Newest last. */
  readonly entries: readonly string[]
  /** Where it is kept; what was there comes before what was added until now. */
  load(home: string): Promise<void>
  /** What begins with a space is not kept, nor what was sent just before. */
  add(text: string): void
  clear(): Promise<void>
}

const fileName = 'terminal-history.jsonl'
const kept = 1_000
/** Nobody looks for a long paste here. Characters. */
const longest = 20_000

/** What cannot be read or written is done without: it is never worth an error. */
export function createHistory(): History {
  let entries: string[] = []
  let path: string | null = null
  let writing: Promise<unknown> = Promise.resolve()
  const write = (work: (to: string) => Promise<unknown>) => {
    const to = path
    if (to !== null) writing = writing.then(() => work(to)).catch(() => undefined)
  }
  const linesOf = (texts: readonly string[]) => texts.map((text) => `${JSON.stringify(text)}\n`).join('')

  return {
    get entries() {
      return entries
    },
    async load(home) {
      if (path !== null) return
      path = join(home, fileName)
      const text = await readFile(path, 'utf8').catch(() => '')
      const before = text.split('\n').flatMap(entryOf)
      const added = entries
      entries = [...before, ...added].slice(-kept)
      // Rarely: two terminals may add to it at the same time, and only one of them is to shorten it.
      if (before.length > 2 * kept) {
        write(async (to) => {
          await writeFile(`${to}.new`, linesOf(entries), { mode: 0o600 })
          await rename(`${to}.new`, to)
        })
      } else if (added.length > 0) write((to) => appendFile(to, linesOf(added), { mode: 0o600 }))
    },
    add(text) {
      if (text.startsWith(' ') || text.length > longest || text === entries.at(-1)) return
      entries = [...entries, text].slice(-kept)
      write((to) => appendFile(to, linesOf([text]), { mode: 0o600 }))
    },
    async clear() {
      entries = []
      write((to) => writeFile(to, '', { mode: 0o600 }))
      await writing
    },
  }
}

function entryOf(line: string): string[] {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'string' && entry !== '' ? [entry] : []
  } catch {
    return []
  }
}
