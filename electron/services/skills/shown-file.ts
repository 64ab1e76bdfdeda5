// A file of a skill as a person reads it: its beginning, as text, and nothing that lies elsewhere.
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { isSafePath } from '../../../shared/data-places.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { skillFailures as failures } from '../../../shared/messages/skills.ts'
import type { ShownFile } from '../../../shared/skills.ts'
import { textOf } from './judge.ts'
import { mostShown } from './limits.ts'
import { readFileAt } from './read-file.ts'

/** `realFolder` has no link in it; `path` is with slashes. Throws `denied` for a way out of the folder, and `not-found`. */
export async function shownFileIn(realFolder: string, path: string): Promise<ShownFile> {
  if (!isSafePath(path)) throw new ExpectedFailure('denied', failures.outside(path))
  const at = join(realFolder, path)
  // A folder on the way may have become a link since it was listed.
  const real = await realpath(at).catch(() => null)
  if (real === null) throw new ExpectedFailure('not-found', failures.noFile(path))
  if (real !== at) throw new ExpectedFailure('denied', failures.outside(path))
  const read = await readFileAt(real, mostShown + 1)
  if (typeof read === 'string') throw new ExpectedFailure('not-found', failures.noFile(path))
  const isCut = read.bytes.length > mostShown
  const text = textOf(isCut ? wholeSigns(read.bytes.subarray(0, mostShown)) : read.bytes)
  return { text: text?.includes('\0') ? null : text, isCut }
}

/** Without a sign of UTF-8 that was cut through. */
function wholeSigns(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes.length - end < 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1
  const lead = bytes[end - 1] ?? 0
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  return bytes.length - (end - 1) >= length ? bytes : bytes.subarray(0, end - 1)
}
