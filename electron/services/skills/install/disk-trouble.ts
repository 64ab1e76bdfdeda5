// What went wrong on the disk, in a sentence about skills. What is no trouble of the disk stays what it is: a bug is told as one.
import { errorCode, writeFailure } from '../../../../shared/disk-failure.ts'
import { ExpectedFailure, expectedFailureOf } from '../../../../shared/failure.ts'
import { skillInstallWords as words } from '../../../../shared/messages/skill-install.ts'

/** `folder` is the one a person would make writable. */
export function diskTrouble(thrown: unknown, path: string, folder: string): unknown {
  const expected = expectedFailureOf(thrown)
  if (expected || errorCode(thrown) === undefined) return expected ?? thrown
  const known = writeFailure(thrown, path, folder)
  return known.failure.code === 'internal'
    ? new ExpectedFailure('internal', words.diskFailed(path), known.failure.detail)
    : known
}
