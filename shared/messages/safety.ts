// Words of Settings about lasting rules, the sandbox, the folders commands can read, and notifications.
import type { Rule } from '../approval.ts'
import { sandboxWords } from './sandbox.ts'

const times = (count: number, written: string) => (count === 1 ? 'once' : `${written} times`)

export const safety = {
  rules: {
    title: 'Approvals and rules',
    note: 'A rule is made when you answer a question for a session or for a folder. Nothing in a folder can make one, and what a rule cannot be sure of is asked about all the same.',
    inFolders: 'In folders, until they are revoked',
    inSessions: 'In sessions, until Carrel is closed',
    none: 'No rules. Everything that needs your leave is asked about.',
    decisions: { allow: 'Allowed', deny: 'Denied' } satisfies Record<Rule['decision'], string>,
    /** By the tool's name; another one is called by it. */
    tools: { run_command: 'command', fetch_url: 'every page of this host' } as Readonly<Record<string, string>>,
    made: (moment: string) => `Made ${moment}`,
    never: 'never used',
    used: (count: number, written: string, moment: string) => `used ${times(count, written)}, last ${moment}`,
    matched: 'What it matched lately',
    inFolder: 'Folder',
    inSession: 'Session',
    session: (title: string) => `in “${title}”`,
    sessionGone: 'in a session that is gone',
    openOf: (title: string) => `Open “${title}”`,
    revoke: 'Revoke',
    revokeOf: (decision: string, pattern: string) => `Revoke: ${decision} ${pattern.slice(0, 80)}`,
    /** What revoking does is said before it is done, since there is no Undo. */
    revokeNote:
      'Revoking counts at once and cannot be undone: what a rule allowed is asked about again, and what it denied may be asked about again. Commands that run already go on.',
    revoked: {
      allow: (pattern: string) => `Revoked. From now on ${pattern} is asked about.`,
      deny: (pattern: string) =>
        `Revoked. ${pattern} is not refused any more: it is asked about, unless another rule or the session’s mode allows it.`,
    },
    alreadyGone: 'This rule was gone already.',
  },

  sandbox: {
    title: 'Sandbox',
    seal: 'The seal',
    sealNote:
      'Commands run in a jail. Each guard is proven by trying it, and commands are off as long as one does not hold.',
    holds: (count: number) => `Sealed: ${count === 6 ? 'all six' : `all ${count}`} guards hold.`,
    unproven: 'Not tried yet.',
    trying: 'Trying every guard…',
    jails: { bubblewrap: 'bubblewrap', seatbelt: 'Seatbelt' },
    tried: (moment: string, jail: string | null) =>
      jail === null ? `Tried ${moment}` : `Tried ${moment}, with ${jail}`,
    tryAgain: 'Try again',
    fix: 'What to do',
    guards: 'Guards',
    /** For those who listen, behind the guard's name. */
    holdsToo: ', holds',
    doesNotHold: ', does not hold',
    names: sandboxWords.guards,
    held: sandboxWords.held,
    unknown: sandboxWords.doctor.unknown,
    folders: 'Folders commands can read',
    foldersNote:
      'Beside its own folder and the system’s programs, a command can read these and write to none of them. Programs on your PATH bring theirs along.',
    noFolders: 'None. The programs on your PATH all lie in the system’s own folders.',
    from: { path: 'on your PATH', person: 'added by you' },
    hidden: 'hidden from commands',
    hide: 'Hide',
    hideOf: (folder: string) => `Hide from commands: ${folder}`,
    unhide: 'Show again…',
    unhideOf: (folder: string) => `Show to commands again: ${folder}`,
    remove: 'Remove',
    removeOf: (folder: string) => `Remove: ${folder}`,
    add: 'Add a folder…',
    done: {
      hidden: (folder: string) => `Commands cannot read ${folder} any more. Those that run already go on.`,
      shown: (folder: string) => `Commands can read ${folder} again.`,
      added: (folder: string) => `Commands can read ${folder} now.`,
      removed: (folder: string) => `${folder} is off the list. Commands that run already go on.`,
    },
  },

  notifications: {
    title: 'Notifications',
    name: 'When the window is not in front',
    note: 'Says that a session asks or has ended, with its title and never what it asks. The number of sessions that wait for you stays on the icon, where the system shows one.',
    on: 'Say it',
    off: 'Say nothing',
  },

  ledgerLink: 'See the ledger',
} as const
