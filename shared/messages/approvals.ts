// What is said at the border: why somebody is asked, what they can answer, and what came of it.
import type { AskReason } from '../approval.ts'
import type { ToolDetail } from '../tool.ts'

const count = (number: number) => number.toLocaleString('en')

export const approvalWords = {
  gone: 'This question is no longer open. Nothing was done because of your answer.',
  other: 'This is not what you were asked. Nothing was done.',
  tooSoon: 'That was too quick: look at what is asked, then answer again.',
  neverRemembered: 'This is asked every time and never remembered. Allow it once, or deny it.',
  notRemembered: (why: string) => `Your answer could not be remembered: ${why} Allow it once, or deny it.`,

  /** Why a call would have to be asked for, to a model that can ask nobody. */
  toModel: {
    command: 'commands',
    'unruly-command': 'commands',
    writes: 'changing files',
    network: 'the network',
    secret: 'a file that may hold passwords or keys',
    'hard-link': 'a file that has a second name',
    commit: 'a commit',
    repaired: 'a call that had to be guessed at',
    unsealed: 'a command without every guard',
  } satisfies Record<AskReason, string>,

  /** In a few words, for the ledger. */
  cameOf({
    isError,
    detail,
    failure,
  }: {
    isError: boolean
    detail: ToolDetail | null
    failure: { code: string } | null
  }): string {
    if (detail?.page) return `${detail.page.status}, ${count(detail.page.bytes)} bytes`
    if (detail?.command) {
      const { exit, why } = detail.command
      return exit === null ? approvalWords.ended[why] : `exit ${exit}`
    }
    if (failure) return failure.code === 'cancelled' ? 'stopped' : `failed: ${failure.code}`
    return isError ? 'failed' : 'done'
  },
  ended: {
    exited: 'ended by a signal',
    background: 'goes on in the background',
    stopped: 'stopped',
    wall: 'ended: took too long',
    cpu: 'ended: used too much processor time',
    output: 'ended: wrote too much',
    memory: 'ended: used too much memory',
    growth: 'ended: the folder grew too fast',
  },
} as const
