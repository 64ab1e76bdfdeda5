// What a file system refuses, as a failure with a sentence.
import { ExpectedFailure } from './failure.ts'
import { failures } from './messages/failures.ts'

/** The system's code of an error, such as ENOENT; undefined when it has none. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Why `path` could not be written; `folder` is the one a person would make writable. */
export function writeFailure(thrown: unknown, path: string, folder: string): ExpectedFailure {
  if (thrown instanceof ExpectedFailure) return thrown
  switch (errorCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ExpectedFailure('no-space', failures.noSpace(path), wordsOf(thrown))
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ExpectedFailure('denied', failures.readOnlyFolder(folder), wordsOf(thrown))
    default:
      return new ExpectedFailure('internal', failures.writeFailed(path), wordsOf(thrown))
  }
}

/** Why `path` could not be read. That it is not there is for the caller to tell. */
export function readFailure(thrown: unknown, path: string): ExpectedFailure {
  if (thrown instanceof ExpectedFailure) return thrown
  const refused = errorCode(thrown) === 'EACCES' || errorCode(thrown) === 'EPERM'
  return new ExpectedFailure(refused ? 'denied' : 'internal', failures.cannotRead(path), wordsOf(thrown))
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
