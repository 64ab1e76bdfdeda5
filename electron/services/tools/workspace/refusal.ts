// A guard's no: an expected failure with a reason, so that the policy can tell what a person may still allow.
import { errorCode } from '../../../../shared/disk-failure.ts'
import { ExpectedFailure, type FailureCode } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import type { RefusalReason } from '../../../../shared/tool.ts'

export class AccessRefused extends ExpectedFailure {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, code: FailureCode = 'denied') {
    super(code, message)
    this.name = 'AccessRefused'
    this.reason = reason
  }
}

/** Whether a guard or the system said no; anything else is a bug. */
export function isOfTheDisk(thrown: unknown): boolean {
  return thrown instanceof AccessRefused || errorCode(thrown) !== undefined
}

/** What the system refused, as a sentence for the model. Anything that is no answer of the system is a bug and thrown on. */
export function diskRefusal(thrown: unknown, path: string): ExpectedFailure {
  if (thrown instanceof ExpectedFailure) return thrown
  const code = errorCode(thrown)
  switch (code) {
    case undefined:
      throw thrown
    case 'ENOENT':
      return new ExpectedFailure('not-found', toolWords.notFound(path))
    case 'ENOTDIR':
      return new ExpectedFailure('not-found', toolWords.notAFolder(path))
    case 'ELOOP':
      return new AccessRefused('link', toolWords.linkLoop(path))
    case 'ENAMETOOLONG':
      return new ExpectedFailure('invalid-input', toolWords.pathTooLong)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ExpectedFailure('denied', toolWords.noAccess(path))
    case 'ENXIO':
    case 'ENODEV':
      return new AccessRefused('special', toolWords.special(path))
    case 'ENOSPC':
    case 'EDQUOT':
      return new ExpectedFailure('no-space', toolWords.noSpace(path))
    case 'EMFILE':
    case 'ENFILE':
      return new ExpectedFailure('busy', toolWords.busySystem)
    default:
      return new ExpectedFailure('unavailable', toolWords.diskFailed(path, code))
  }
}
