// What is said at the border: why somebody is asked, what they can answer, and what came of it.
import type { Approval, AskReason, Subject } from '../approval.ts'
import type { GuardName } from '../seal.ts'
import type { ToolDetail } from '../tool.ts'

const count = (number: number) => number.toLocaleString('en')

export const approvalWords = {
  gone: 'This question is no longer open. Nothing was done because of your answer.',
  other: 'This is not what you were asked. Nothing was done.',
  tooSoon: 'That was too quick: look at what is asked, then answer again.',
  neverRemembered: 'This is asked every time and never remembered. Allow it once, or deny it.',
  notRemembered: (why: string) => `Your answer could not be remembered: ${why} Allow it once, or deny it.`,

  notConfirmed: 'You have not said yes to the second question, so nothing was run. This one is still open.',
  confirming: 'The second question is open already. Answer that one.',

  noFolder: 'This session has no folder, so there is nothing in it that could be done unasked.',

  title: ({ subject, tool, reasons }: Approval): string => {
    if (reasons.includes('no-sandbox') && subject.kind === 'command') {
      return subject.background
        ? 'Run this command in the background, not in the sandbox?'
        : 'Run this command, not in the sandbox?'
    }
    switch (subject.kind) {
      case 'command':
        return subject.background ? 'Run this command in the background?' : 'Run this command?'
      case 'file':
        return subject.action === 'read' ? 'Open this file?' : 'Write to this file?'
      case 'url':
        return 'Fetch this page?'
      case 'commit':
        return 'Record this commit?'
      case 'call':
        return reasons.includes('repaired') ? `Is this what ${tool} was meant to do?` : `Let it use ${tool}?`
      default:
        return subject satisfies never
    }
  },
  why: (reason: AskReason, { subject, seal }: Approval): string => {
    switch (reason) {
      case 'command':
        return 'It asks because no rule covers this command. It runs inside the seal: without a network, and without writing anywhere but in this folder.'
      case 'unruly-command':
        return 'It asks every time, since no rule can be sure of what a line like this does. It runs inside the seal all the same.'
      case 'network':
        return `It asks because it reaches ${subject.kind === 'url' ? subject.host : 'the network'}. What it asks for there, that host can see.`
      case 'secret':
        return 'It asks because this file may hold passwords or keys. What is in it becomes a part of the conversation.'
      case 'hard-link':
        return 'It asks because this file has a second name, which may lie anywhere.'
      case 'commit':
        return [
          'It asks because it writes to .git, which is closed to everything else. No hooks, filters or signing run.',
          ...(subject.kind === 'commit' && subject.paths.length === 0
            ? [
                'All that is changed or new goes into it, also files with passwords or keys that git is not told to ignore.',
              ]
            : []),
        ].join(' ')
      case 'repaired':
        return 'It asks because the model’s call was broken and has been put right by a guess. Look whether it is what was meant.'
      case 'unsealed':
        return `It asks because not every guard holds.${seal.reason === null ? '' : ` ${seal.reason}`}`
      case 'no-sandbox':
        return `${approvalWords.withoutSandbox.means}${seal.reason === null ? '' : ` ${seal.reason.replace(/^Commands are off: /, 'Commands in the sandbox are off: ')}`}`
      default:
        return reason satisfies never
    }
  },
  bytes: {
    command: 'The exact command',
    file: 'The exact path',
    url: 'The exact address',
    commit: 'The exact message and files',
    call: 'The exact arguments',
  } satisfies Record<Subject['kind'], string>,
  gap: (spaces: number) => `${count(spaces)} SPACES`,
  hidden: ({ count: number, name, line }: { count: number; name: string; line: number }) =>
    number === 1
      ? `One sign that is not what it seems: ${name}, line ${line}.`
      : `${count(number)} signs that are not what they seem, the first in line ${line}: ${name}.`,
  scrollFirst: 'It goes on below: scroll to its end before you allow it.',
  size: (lines: number, bytes: number) =>
    `${count(lines)} ${lines === 1 ? 'line' : 'lines'}, ${count(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`,
  waiting: (time: string) => `waiting ${time}`,
  facts: {
    folder: 'Folder',
    opens: 'Opens',
    holds: 'Holds',
    stillHolds: 'Still holds',
    fails: 'Open',
    network: (host: string) => `Network, to ${host} only`,
  },
  guards: {
    network: 'Network off',
    writing: 'Writing',
    reading: 'Reading',
    secrets: 'Secrets',
    processes: 'Processes',
    limits: 'Limits',
  } satisfies Record<GuardName, string>,
  withoutSandbox: {
    label: 'Not in the sandbox',
    means:
      'Nothing is protected from this command: it can read, change and delete every file of yours, use your keys and passwords, and reach the network. Undo covers this folder only.',
    allow: 'Run without sandbox…',
    remembers: 'Asked twice, for this one command, and never remembered.',
  },
  cameWithoutSandbox: (came: string) => `${came}, without sandbox`,
  allowOnce: 'Allow once',
  allowSession: 'Allow for this session',
  allowFolder: 'Allow in this folder',
  deny: 'Deny',
  note: 'Note to the model',
  notePlaceholder: 'Tell the model why, or what to do instead',
  keys: { allow: 'Enter', deny: 'Ctrl D', denyMac: '⌘ D' },
  remembers: (what: string) => `The last two remember ${what}. You can take it back in Settings.`,
  remembersNothing: 'This is asked every time and never remembered.',

  /** Why a call would have to be asked for, to a model that can ask nobody. */
  toModel: {
    command: 'commands',
    'unruly-command': 'commands',
    network: 'the network',
    secret: 'a file that may hold passwords or keys',
    'hard-link': 'a file that has a second name',
    commit: 'a commit',
    repaired: 'a call that had to be guessed at',
    unsealed: 'a command without every guard',
    'no-sandbox': 'a command without the sandbox',
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
