// Sessions on their way out: as a page to read, or as the data they are.
import { open, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { attachmentsOf, isKept, isPicture, isPictureMime } from '../../../shared/attachment-kinds.ts'
import { errorCode, writeFailure } from '../../../shared/disk-failure.ts'
import { expectedFailureOf } from '../../../shared/failure.ts'
import type { OpenedSession } from '../../../shared/ipc.ts'
import { exportWords as words } from '../../../shared/messages/exports.ts'
import { size } from '../../../shared/messages/sizes.ts'
import type { Attachments, Exporting, Sessions, Surroundings } from '../../contracts.ts'
import { partBeside, replaceFile } from '../../replace-file.ts'
import type { AttachedContents, Picture, WholeOutputs } from './turns.ts'

/** Of one output on a page, in UTF-16 code units. */
const shownAtMost = 1_048_576
/** Larger ones are in the zip, and nowhere else. Bytes. */
const largest = 64 * 1_024 * 1_024
/** Of all pictures of one page, in bytes before they are encoded: browsers open such a page without a pause. */
export const picturesOfPage = 20_000_000
const blobName = z.object({ blob: z.string(), bytes: z.number() })

export interface ExportingDeps {
  sessions: Pick<Sessions, 'open' | 'bytesOf' | 'blob'>
  /** null for bytes that are no picture. */
  pictureMime: Attachments['pictureMime']
  surroundings: Pick<Surroundings, 'now' | 'appVersion'>
}

export function createExporting({ sessions, pictureMime, surroundings }: ExportingDeps): Exporting {
  const bytesOf: Exporting['bytesOf'] = async (sessionId, format) => {
    if (format === 'jsonl') return await sessions.bytesOf(sessionId)
    const about = { now: surroundings.now(), version: surroundings.appVersion }
    if (format === 'zip') {
      const { zipOf } = await import('./forms.ts')
      const { session } = await sessions.open(sessionId)
      return await zipOf(session.title, await sessions.bytesOf(sessionId), sessions.blob, about).catch((thrown) => {
        throw expectedFailureOf(thrown) ?? thrown
      })
    }
    const [opened, { formOf }] = await Promise.all([
      // Of the data everything; of a page to read what is shown.
      sessions.open(sessionId, { allBranches: format === 'json' }),
      import('./forms.ts'),
    ])
    const whole = await wholeOutputs(opened, format === 'json' ? Number.POSITIVE_INFINITY : shownAtMost)
    const contents = format === 'json' ? new Map() : await attachedContents(opened, format === 'html')
    return new TextEncoder().encode(formOf(opened, { whole, contents }, format, about))
  }

  /** What cannot be had is left as its record has it. */
  async function wholeOutputs(opened: OpenedSession, most: number): Promise<WholeOutputs> {
    const whole = new Map<string, { text: string; characters: number }>()
    for (const { id, full } of opened.entries) {
      const named = blobName.safeParse(full).data
      if (typeof id !== 'string' || !named || named.bytes > largest) continue
      const bytes = await sessions.blob(named.blob)
      if (bytes === null) continue
      const text = new TextDecoder().decode(bytes)
      whole.set(id, { text: text.slice(0, most), characters: text.length })
    }
    return whole
  }

  /** Each blob is read once, one after the other, and only what is shown stays in memory. */
  async function attachedContents(opened: OpenedSession, showsPictures: boolean): Promise<AttachedContents> {
    const contents = new Map<string, Picture | string | null>()
    let left = picturesOfPage
    const all = opened.entries.flatMap(attachmentsOf).filter(isKept)
    for (const one of all) {
      if (contents.has(one.blob)) continue
      const bytes = one.bytes > largest ? null : await sessions.blob(one.blob)
      if (bytes === null) contents.set(one.blob, words.attachedGone)
      else if (!isPicture(one) || !showsPictures) contents.set(one.blob, null)
      else {
        // It stands in the page as often as it was attached.
        const needed = bytes.length * all.filter(({ blob }) => blob === one.blob).length
        // What the record says of the bytes is not asked: a session may come from anybody.
        const mime = pictureMime(bytes)
        if (mime === null || !isPictureMime(mime)) contents.set(one.blob, words.attachedDamaged)
        else if (needed > left) contents.set(one.blob, words.attachedTooMuch(size(picturesOfPage)))
        else {
          left -= needed
          contents.set(one.blob, { mime, bytes })
        }
      }
    }
    return contents
  }

  return {
    bytesOf,
    async exportTo(path, sessionId, format) {
      const bytes = await bytesOf(sessionId, format)
      await replaceFile(path, bytes, partBeside(path)).catch((thrown) => {
        throw writeFailure(thrown, path, dirname(path))
      })
    },
    async exportInto(folder, name, sessionId, format) {
      const bytes = await bytesOf(sessionId, format)
      for (let number = 1; ; number++) {
        const path = join(folder, `${number === 1 ? name : `${name} (${number})`}.${format}`)
        try {
          await writeNew(path, bytes)
          return path
        } catch (thrown) {
          if (errorCode(thrown) !== 'EEXIST') throw writeFailure(thrown, path, folder)
        }
      }
    },
  }
}

/** Of its owner only, and whole or not there: nobody else has a file of this name, so it may be taken away again. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } catch (thrown) {
    await unlink(path).catch(() => undefined)
    throw thrown
  } finally {
    await handle.close()
  }
}
