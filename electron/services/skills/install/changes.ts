// What would be another one if a skill took the place of another: file by file, texts as a unified diff.
import type { SkillInspection } from '../../../../shared/skills.ts'
import { readFileAt } from '../read-file.ts'
import type { SkillFolder } from '../skill-folder.ts'
import { limits } from './limits.ts'

export type SkillChange = NonNullable<SkillInspection['replaces']>['changes'][number]

/** How texts are read and compared: given from outside, as the tools do it. */
export interface Texts {
  /** null when the bytes are no text. */
  decode(bytes: Uint8Array): Promise<string | null>
  /** null is no file. */
  compare(path: string, before: string | null, after: string | null): Promise<{ diff: string | null }>
}

export interface SkillAt {
  folder: string
  content: SkillFolder
}

/** Larger texts are not compared, and beyond so much of them in all no other: nobody reads that. Bytes. */
const longestText = 262_144
const mostDiffs = 1_048_576

export async function changesBetween(before: SkillAt, after: SkillAt, texts: Texts): Promise<SkillChange[]> {
  const old = new Set(before.content.files.map(({ path }) => path))
  const fresh = new Set(after.content.files.map(({ path }) => path))
  const changes: SkillChange[] = []
  let told = 0
  for (const path of [...new Set([...old, ...fresh])].sort()) {
    const [was, is] = [
      old.has(path) ? await bytesAt(before, path) : null,
      fresh.has(path) ? await bytesAt(after, path) : null,
    ]
    if (was && is && was.equals(is)) continue
    const change = was === null ? 'added' : is === null ? 'removed' : 'changed'
    const diff = told < mostDiffs ? await diffOf(path, was, is, texts) : null
    told += diff?.length ?? 0
    changes.push({ path, change, diff })
  }
  return changes
}

/** What cannot be read any more is as good as empty: it is shown as changed. */
async function bytesAt({ folder }: SkillAt, path: string): Promise<Buffer> {
  const read = await readFileAt(`${folder}/${path}`, limits.fileBytes)
  return typeof read === 'string' ? Buffer.alloc(0) : Buffer.from(read.bytes)
}

async function diffOf(path: string, was: Buffer | null, is: Buffer | null, texts: Texts): Promise<string | null> {
  if ((was?.length ?? 0) > longestText || (is?.length ?? 0) > longestText) return null
  const [before, after] = [was && (await texts.decode(was)), is && (await texts.decode(is))]
  if ((was && before === null) || (is && after === null)) return null
  return (await texts.compare(path, before, after)).diff
}
