// How an actor answers a question that may fail as expected.
import { ExpectedFailure } from '../../../shared/failure.ts'
import type { ReplyTo } from '../../kernel/types.ts'

/** Expected failures are answers. Whatever else is thrown is a bug, and the supervisor's. */
export async function answering<Value>(replyTo: ReplyTo<Value>, work: () => Promise<Value>): Promise<void> {
  try {
    replyTo.answer(await work())
  } catch (thrown) {
    if (!(thrown instanceof ExpectedFailure)) throw thrown
    replyTo.reject(thrown)
  }
}
