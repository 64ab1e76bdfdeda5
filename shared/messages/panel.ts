// Words of what a session works with: its folder, its mode, the seal of its commands, the files it has touched.
import type { SessionMode } from '../approval.ts'
import type { ChangedFile } from '../changes.ts'
import type { GuardName, Seal } from '../seal.ts'

const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six'] as const
const count = (number: number) => number.toLocaleString('en')

export const panelWords = {
  title: 'This session',
  close: 'Close the panel',

  folder: {
    /** Before its name, for those who listen. */
    chip: 'Folder of this session: ',
    heading: 'Folder',
    stays: 'A session keeps the folder it begins with.',
    none: 'This session has no folder, so the model only talks here: it reads no files and runs nothing.',
    noneNext: 'A session keeps what it begins with. To work in a folder, begin a new session and choose it there.',
    notBegun: 'This session has not begun. Choose its folder beside the model, where you write.',
    willBe: 'It will be the folder of this session from the first message on.',
    instructions: 'AGENTS.md',
    ask: 'This folder has an AGENTS.md with words for the model. Do you trust the folder?',
    trust: 'Trust this folder',
    decline: 'Do not trust',
    distrust: 'No longer trust',
    isShown: 'You trust this folder, so the model is shown it with every question.',
    isNotShown: 'It is not shown to the model as long as you do not trust the folder.',
    calls: 'Tool calls',
    dialects: { auto: 'Automatic', native: 'Native', prompted: 'As text' },
    callsNote: {
      auto: 'The way the model is known to write them.',
      native: 'Through Ollama. A model that cannot do that is asked as text after all.',
      prompted: 'The model is shown how to write them into its text. Worth a try when it never calls anything.',
    },
  },

  choice: {
    chip: 'Folder of the new session: ',
    title: 'Folder of the new session',
    stays: 'It counts from the first message on, and a session keeps the folder it begins with.',
    list: 'Folder',
    none: 'No folder',
    noneNote: 'The model only talks: it reads no files and runs nothing.',
    noRecent: 'Folders that you have worked in are offered here.',
    choose: 'Choose a folder…',
    choosing: 'Choosing…',
    chosen: (name: string) => `${name} is chosen.`,
    mode: 'What may be done in it',
  },

  mode: {
    heading: 'Mode',
    names: {
      'read-only': 'Only look',
      workspace: 'Work in the folder',
      trusted: 'Trusted',
    } satisfies Record<SessionMode, string>,
    /** On a chip; the usual mode is not worth a word. */
    short: { 'read-only': 'only look', workspace: null, trusted: 'trusted' } satisfies Record<
      SessionMode,
      string | null
    >,
    notes: {
      'read-only': 'Files are read and none is changed. Commands are asked for, and cannot write.',
      workspace: 'Files are read and changed without asking, and changes can be undone. Commands are asked for.',
      trusted:
        'Commands run without asking, too, while every guard holds. Secrets, commits and the network are still asked for.',
    } satisfies Record<SessionMode, string>,
    asking: 'Waiting for your answer in the other dialog.',
    notNow: {
      archived: 'An archived session keeps its mode.',
      other: 'Nothing can be changed in this session now.',
    },
    is: (name: string) => `${name} is the mode of this session now.`,
    stays: 'The mode stays as it was.',
  },

  trusted: {
    label: 'Trusted',
    holds: 'Trusted: commands run here without asking while every guard holds.',
    off: 'Trusted, but not every guard holds just now, so no command runs.',
    back: 'Ask again before commands',
  },

  seal: {
    heading: 'Commands',
    holds: (guards: number) =>
      guards < numbers.length ? `Sealed, ${numbers[guards]} guards hold` : `Sealed, ${count(guards)} guards hold`,
    unverified: 'Sealed, but unverified on this system',
    unproven: 'Not tried yet',
    unprovenNote: 'No command runs before every guard was tried.',
    trying: 'Trying the guards…',
    off: 'Commands are off',
    offRest: 'Reading and changing files, and the chat, work all the same.',
    fix: 'What helps',
    guards: 'Guards of commands',
    names: {
      network: 'Network',
      writing: 'Writing',
      reading: 'Reading',
      secrets: 'Secrets',
      processes: 'Processes',
      limits: 'Limits',
    } satisfies Record<GuardName, string>,
    values: {
      network: 'off',
      writing: 'this folder, not .git',
      reading: 'this folder, not home',
      secrets: 'environment emptied',
      processes: 'end with the command',
      limits: 'memory, time, file size',
    } satisfies Record<GuardName, string>,
    /** For those who listen. */
    mark: { holds: 'holds: ', open: 'does not hold: ' },
    triedAt: (moment: string) => `Tried with a canary at ${moment}.`,
    again: 'Try again',
    now: 'Try now',
    /** The reason in a line of its own under "Commands are off". */
    reasonOf({ reason }: Pick<Seal, 'reason'>): string | null {
      if (reason === null) return null
      const rest = reason.replace(/^Commands are off: /, '')
      return rest.charAt(0).toUpperCase() + rest.slice(1)
    },
    told: (state: Seal['state']) =>
      state === 'holds' ? 'Every guard holds.' : state === 'off' ? 'Commands are off.' : 'The guards were not tried.',
  },

  files: {
    heading: 'Files touched',
    none: 'No file was changed in this session yet.',
    actions: { created: 'created', changed: 'changed', deleted: 'deleted' } satisfies Record<
      ChangedFile['action'],
      string
    >,
    undone: 'undone',
    added: (lines: number) => `+${count(lines)}`,
    removed: (lines: number) => `−${count(lines)}`,
    more: (files: number) => `Show ${count(files)} more`,
    /** Before the path, for those who listen. */
    title: 'Changes of ',
    closeChanges: 'Close the changes',
    times: (changes: number) =>
      changes === 1 ? 'Changed once in this session.' : `Changed ${count(changes)} times, the latest first.`,
    undoneNote: 'This change was undone.',
  },
} as const
