// What a backup says of itself: how it is to be read, when it was made, and every file with the hash of its bytes.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'

/** Another shape, or other files in it, get another number. */
export const backupVersion = 1

const savedFile = z.object({
  path: z.string().min(1).max(1_024),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** When it was changed last, in milliseconds since 1970. */
  changed: z.number().min(0).max(8_640_000_000_000_000),
  /** Its owner may run it: a script of a skill. */
  runs: z.literal(true).optional(),
})
export type SavedFile = z.infer<typeof savedFile>

const manifest = z.object({
  carrelBackup: z.literal(backupVersion),
  app: z.string().max(100),
  created: z.iso.datetime(),
  files: z.array(savedFile),
})
export type Manifest = z.infer<typeof manifest>

/** Whatever else a newer version says, this it says as well. */
const anyVersion = z.looseObject({ carrelBackup: z.number() })

/** Throws a failure with the sentence for the person. */
export function readManifest(text: string): Manifest {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (thrown) {
    throw new ExpectedFailure('damaged', words.damaged, String(thrown))
  }
  const version = anyVersion.safeParse(found).data?.carrelBackup
  if (version === undefined) throw new ExpectedFailure('invalid-input', words.noBackup)
  if (version > backupVersion) throw new ExpectedFailure('invalid-input', words.newer)
  const parsed = manifest.safeParse(found)
  if (!parsed.success) throw new ExpectedFailure('damaged', words.damaged, parsed.error.message)
  return parsed.data
}
