// Words of the ledger: in its entries, and in what the terminal shows of it.
const times = (count: number) => (count === 1 ? 'once' : `${count} times`)

export const ledgerWords = {
  modelServer: 'model server',
  cut: (beginning: string) => `${beginning}… (cut here; the session has all of it)`,

  empty: 'Nothing has happened at the border: no command, no host, no file outside of a folder, no secret.',
  nothingFound: 'Nothing like that is in the ledger.',
  nothingLeft: 'Nothing left this computer.',
  nothingKnownLeft: 'No other computer was reached, as far as the ledger could be read.',
  reached: 'Reached beside this computer',
  reachedTimes: (host: string, count: number) => `${host}  ${times(count)}`,
  more: (shown: number) => `Only the last ${shown} are shown. carrel ledger --out FILE has all of them.`,
  badLines: (count: number) =>
    count === 1 ? '1 line of the ledger could not be read.' : `${count} lines of the ledger could not be read.`,
  fault: (reason: string) => `The ledger cannot be written just now: ${reason}`,
  exported: (count: number, path: string) => `${count === 1 ? '1 entry' : `${count} entries`} written to ${path}`,
  badSince: 'a time such as 2026-11-28 or 2026-11-28T08:00:00Z',
  header: ['time', 'session', 'kind', 'what', 'approval', 'outcome'],
} as const

export const ruleWords = {
  none: 'No rules. They are made when a question is answered for a session or a folder.',
  gone: (id: string) => `There is no rule ${id}.`,
  never: 'never used',
  used: (uses: number, when: string) => `used ${times(uses)}, last ${when}`,
  inFolder: (folder: string) => `in ${folder}`,
  inSession: (sessionId: string, folder: string) => `in session ${sessionId}, ${folder}`,
  decisions: { allow: 'allow', deny: 'deny' },
} as const
