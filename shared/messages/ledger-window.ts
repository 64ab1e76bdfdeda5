// Words of the ledger's page in the window.
import type { LedgerKind } from '../ledger.ts'

const times = (count: number, written: string) => (count === 1 ? 'once' : `${written} times`)

export const ledgerPage = {
  title: 'Ledger',
  region: 'Ledger',
  nothingLeft: 'Nothing has left this computer.',
  nothingKnownLeft: 'No other computer was reached, as far as the ledger could be read.',
  reached: (hosts: number) =>
    hosts === 1 ? 'One other computer was reached.' : `${hosts} other computers were reached.`,
  restsOn:
    'It rests on this: Carrel notes every other computer it connects to, and commands run without a network. What other programs do by themselves, Ollama among them, is not in here.',
  reachedNote:
    'Carrel notes every other computer it connects to; a model’s server once a day. Commands run without a network.',
  hosts: 'Other computers that were reached',
  host: 'Computer',
  howOften: 'How often',
  times,
  allHosts: (count: string) => `Show all ${count}`,
  badLines: (count: number) =>
    count === 1
      ? 'One line of the ledger is damaged and could not be read. It is kept in ledger.jsonl as it is; the list may lack an entry.'
      : `${count} lines of the ledger are damaged and could not be read. They are kept in ledger.jsonl as they are; the list may lack entries.`,
  fault: (reason: string) =>
    `The ledger cannot be written just now, so the list may not be complete on the disk: ${reason}`,
  export: 'Export…',
  exported: (count: number, written: string, path: string) =>
    `${count === 1 ? '1 entry' : `${written} entries`} written to ${path}`,

  filters: 'What is listed',
  kind: 'Kind',
  kinds: { all: 'All', command: 'Commands', host: 'Hosts', outside: 'Outside', secret: 'Secrets' },
  time: 'Time',
  spans: { all: 'Any time', day: '24 hours', week: '7 days', month: '30 days' },
  session: 'Session',
  everySession: 'Every session',
  gone: (id: string) => `A session that is gone (${id})`,
  noSession: 'no session',
  clear: 'Show everything',

  list: 'What has happened, newest first',
  empty: 'Nothing has happened at the border yet.',
  emptySay:
    'Every command that runs, every host that is reached, every file outside of a session’s folder and every secret that is opened gets a line here, with its time, its outcome and who allowed it.',
  nothingFound: 'Nothing in the ledger fits.',
  kindWords: {
    command: 'Command',
    host: 'Host',
    outside: 'File outside',
    secret: 'Secret',
  } satisfies Record<LedgerKind, string>,
  exact: (kind: string) => `${kind}, in full`,
  open: (title: string) => `Open “${title}”`,
  notDone: 'refused, so nothing was done',
  whoAllowed: 'Who allowed it?',
  /** The beginning is enough to tell one from the other; all of it stands beside. */
  whoAllowedOf: (what: string) => `Who allowed it: ${what.slice(0, 80)}`,
  looking: 'looking into the session…',
  nobodyHadTo: 'nothing had to be allowed',
  allowed: {
    once: 'you, for this once',
    session: 'you, for the session',
    folder: 'you, for the folder',
    flag: 'a flag of the terminal (--allow)',
    mode: 'the session’s mode, which asks for nothing inside the seal',
    rule: 'a rule; Settings lists it until it is revoked',
    seal: 'the seal',
  },
  allowedBy: (who: string) => `allowed by ${who}`,
  deniedBy: (who: string) => `denied by ${who}`,
  answerGone: 'the session’s record of the answer cannot be found',
  more: (count: string) => `Show ${count} more`,
  moreNote: (count: string) => `The newest ${count} are listed.`,
} as const
