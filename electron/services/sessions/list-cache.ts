// What the last list was made of, kept in `cache/`: whoever deletes it loses a moment at the next start and nothing else.
import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode } from '../../../shared/disk-failure.ts'
import { sessionSummary } from '../../../shared/session.ts'
import { replaceFile } from '../../replace-file.ts'
import type { FileMark } from './file-mark.ts'

/** Another one is no cache of ours: the number goes up with every change of what a summary is made of. */
const version = 1
const name = 'session-list.json'
/** A cache of more sessions than anybody has; a larger file is none of ours. Bytes. */
const mostBytes = 268_435_456

const entry = z.object({
  /** Of the file in `sessions/`. */
  name: z.string(),
  bytes: z.number(),
  changed: z.number(),
  touched: z.number(),
  inode: z.number(),
  summary: sessionSummary,
})
const cacheFile = z.object({ version: z.literal(version), entries: z.array(entry) })

export interface CachedSummary extends FileMark {
  summary: z.infer<typeof sessionSummary>
}

/** By the names of their files. Empty when there is no cache, or anything about it is not as it should be. */
export async function readListCache(home: string, log: (line: string) => void): Promise<Map<string, CachedSummary>> {
  try {
    const bytes = await readFile(join(home, 'cache', name))
    if (bytes.length > mostBytes) throw new Error(`it has ${bytes.length} bytes`)
    const { entries } = cacheFile.parse(JSON.parse(bytes.toString('utf8')))
    return new Map(entries.map(({ name, ...cached }) => [name, cached]))
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') log(`cache/${name} was not used: ${String(thrown).slice(0, 200)}`)
    return new Map()
  }
}

/** Best effort: without it the next start reads the files. */
export async function writeListCache(
  home: string,
  listed: ReadonlyMap<string, CachedSummary>,
  log: (line: string) => void,
): Promise<void> {
  const folder = join(home, 'cache')
  const entries = [...listed].map(([name, cached]) => ({ name, ...cached }))
  try {
    await mkdir(folder, { mode: 0o700 }).catch((thrown) => {
      if (errorCode(thrown) !== 'EEXIST') throw thrown
    })
    const text = JSON.stringify({ version, entries })
    await replaceFile(join(folder, name), text, join(folder, `.${name}.${randomUUID()}`))
  } catch (thrown) {
    log(`cache/${name} was not written: ${String(thrown)}`)
  }
}
