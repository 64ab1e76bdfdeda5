// The answer that is being written, kept beside its session so that a crash loses a second of it and not all.
import { open, readFile, unlink } from 'node:fs/promises'
import { z } from 'zod'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'
import { renamePatiently } from './disk-write.ts'

const answerDraft = z.object({
  /** The id the answer's record will have: when it is in the log, the draft is spent. */
  answerId: z.string(),
  /** The entry that is answered. */
  parentId: z.string(),
  model: z.string().nullable(),
  content: z.string(),
  thinking: z.string(),
})
export type AnswerDraft = z.infer<typeof answerDraft>

/** How often a growing draft is written at most. */
const intervalMs = 1_000

export interface DraftWriter {
  /** The first draft is written, or cannot be. */
  readonly begun: Promise<void>
  /** Says that the draft has grown; it is written now or within the interval. */
  changed(): void
  /** Writes no more and takes the draft away: the answer is in the log. */
  remove(): Promise<void>
  /** Writes all that there is and then no more: the answer could not be put into the log. */
  keep(): Promise<void>
}

/** Writes the draft at once, so that even an answer without a first word is known after a crash. Best effort. */
export function startDraft(path: string, read: () => AnswerDraft): DraftWriter {
  let ended = false
  let timer: NodeJS.Timeout | null = null
  const begun = write()
  let writing: Promise<void> = begun

  async function write(): Promise<void> {
    const beside = besideDraft(path)
    try {
      const handle = await open(beside, 'w', 0o600)
      try {
        await handle.writeFile(JSON.stringify(read()))
      } finally {
        await handle.close()
      }
      await renamePatiently(beside, path)
    } catch {
      // A draft is a kindness; the run goes on without it, and the final record will say if the disk is in trouble.
      await unlink(beside).catch(() => undefined)
    }
  }

  async function end(): Promise<void> {
    ended = true
    if (timer) clearTimeout(timer)
    await writing
  }

  return {
    begun,
    changed() {
      if (ended || timer) return
      timer = setTimeout(() => {
        timer = null
        writing = writing.then(write)
      }, intervalMs)
    },
    async remove() {
      await end()
      await removeDraft(path)
    },
    async keep() {
      await end()
      await write()
    },
  }
}

/** The draft a crash left behind; `broken` when its bytes are no draft. */
export async function readDraft(path: string): Promise<AnswerDraft | 'none' | 'broken'> {
  try {
    const parsed = answerDraft.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.data : 'broken'
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return 'none'
    if (thrown instanceof SyntaxError) return 'broken'
    throw readFailure(thrown, path)
  }
}

export async function removeDraft(path: string): Promise<void> {
  await unlink(path).catch(() => undefined)
  await unlink(besideDraft(path)).catch(() => undefined)
}

/** Where a draft is written before it takes its name; a crash in that moment leaves it. */
const besideDraft = (path: string) => `${path}.new`
