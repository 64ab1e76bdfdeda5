// Words of the native menu and the native dialogs.
import type { Subject } from '../approval.ts'
import type { StopReason } from '../session.ts'
import { size } from './sizes.ts'

function emptyTrashQuestion(sessions: number, skills: number): string {
  if (skills > 0) {
    const of = (count: number, one: string) => (count === 1 ? `1 ${one}` : `${count} ${one}s`)
    const what = sessions === 0 ? of(skills, 'skill') : `${of(sessions, 'session')} and ${of(skills, 'skill')}`
    return `Remove ${what} in the trash for good?`
  }
  return sessions === 1
    ? 'Remove the session in the trash for good?'
    : `Remove all ${sessions} sessions in the trash for good?`
}

export const desktop = {
  openLinkQuestion: 'Open this address outside Carrel?',
  openLink: 'Open',
  emptyTrashQuestion,
  emptyTrashDetail: (bytes: number) =>
    `This removes ${size(bytes)} from the disk. Nobody can bring it back, and Carrel keeps no copy.`,
  emptyTrash: 'Empty trash',
  cancel: 'Cancel',
  chooseFolder: 'Choose the folder Carrel may work in',
  chooseThis: 'Choose',
  chooseVisible: 'Choose a folder that commands may read in every session',
  unhideQuestion: 'Let commands read this folder again?',
  unhideDetail: (folder: string) =>
    `${folder}\n\nCommands of every session can read what is in it then. They cannot write to it.`,
  unhide: 'Let them read it',
  saveSession: {
    title: 'Export the session',
    many: 'Export the sessions into a folder',
    save: 'Export',
    md: 'Markdown',
    html: 'Web page, in one file',
    json: 'JSON, with all versions',
    jsonl: 'The session’s file as it is',
    zip: 'The session’s file with what is too large for it',
  },
  attach: { files: 'Files to attach', folder: 'Folders to attach', choose: 'Attach' },
  importSessions: {
    files: 'Choose the logs to import',
    folder: 'Choose the folder of logs to import',
    choose: 'Import',
    logs: 'Logs',
    all: 'All files',
  },
  skills: {
    folder: 'Choose the folder of a skill',
    archive: 'Choose the archive of a skill',
    look: 'Look at it',
    fetchQuestion: 'Fetch a skill from this address?',
    fetch: 'Fetch',
    archives: 'Archives of skills',
    notOpened: (why: string) => `The system could not open it: ${why}`,
  },
  models: {
    removeQuestion: (model: string) => `Remove ${model}?`,
    removeDetail: (host: string, bytes: number | null) =>
      `${bytes === null ? 'Its files are' : `${size(bytes)} are`} removed from ${host}. To use it again it has to be downloaded anew. Sessions that used it stay as they are.`,
    remove: 'Remove',
    pullQuestion: (registry: string) => `Get a model from ${registry}?`,
    pullDetail: (model: string) =>
      `${model}\n\nThis is not Ollama’s own registry. Ollama will reach it, and it learns which model you want. Whoever made the model decides what is in it.`,
    pull: 'Get it',
    plainTokenQuestion: 'Send this token over a way that is not encrypted?',
    plainTokenDetail: (host: string) =>
      `${host}\n\nEverybody on the network between this computer and that server can read the token with each request, and use it. An https:// address, or a tunnel to this machine, would keep it secret.`,
    plainToken: 'Send it anyway',
  },
  saveLedger: {
    title: 'Export the ledger',
    save: 'Export',
    jsonLines: 'JSON lines, as it is kept',
    csv: 'Table (CSV)',
  },
  withoutSandboxQuestion: 'Let commands be asked for that run without the sandbox?',
  withoutSandboxDetail:
    'Only where the sandbox does not work here, and only one command at a time: each is shown to you, and asked about twice. A command without the sandbox can read, change and delete every file of yours, use your keys and passwords, and reach the network. Undo covers the session’s folder only.',
  withoutSandbox: 'Let them be asked for',
  runWithoutQuestion: (background: boolean) =>
    background ? 'Run this command in the background without the sandbox?' : 'Run this command without the sandbox?',
  runWithoutDetail: (command: string, folder: string) =>
    `${command}\n\nFolder: ${folder}\n\nNothing is protected from it: it can read, change and delete every file of yours, use your keys and passwords, and reach the network. Undo covers this folder only. It counts for this command, once.`,
  runWithout: 'Run without sandbox',
  trustQuestion: 'Let commands run in this folder without asking?',
  trustDetail: (folder: string) =>
    `${folder}\n\nCommands the model thinks of run at once as long as every guard holds: without a network, and without writing anywhere but in this folder. What it does there can be undone. Secrets, commits and the network are still asked for. It counts for this session only.`,
  trust: 'Run without asking',
  writeQuestion: 'Let this session change files again?',
  writeDetail: (folder: string) =>
    `${folder}\n\nFiles in this folder are changed without asking, and every change can be undone. Commands are asked for.`,
  write: 'Let it change files',
  /** What a notification says under the title of its session: never what is asked, which may be a secret. */
  notifications: {
    asks: (kind: Subject['kind']) =>
      ({
        command: 'Asks to run a command.',
        file: 'Asks to open a file.',
        url: 'Asks to fetch a page.',
        commit: 'Asks to record a commit.',
        call: 'Asks you something.',
      })[kind],
    /** null: whoever stopped it knows. */
    /** Whoever asked for a summary has seen that there was none. */
    summaryEnded: (stop: StopReason): string | null => (stop === 'stop' ? 'The summary is finished.' : null),
    ended: (stop: StopReason): string | null => {
      switch (stop) {
        case 'stop':
        case 'tool_calls':
          return 'The answer is finished.'
        case 'error':
          return 'The answer failed.'
        case 'length':
        case 'limit':
        case 'denied':
          return 'The answer ended early.'
        case 'cancelled':
        case 'interrupted':
          return null
        default:
          return stop satisfies never
      }
    },
    untitled: 'Carrel',
  },
  menu: {
    file: 'File',
    edit: 'Edit',
    find: 'Find in the session',
    view: 'View',
    session: 'Session',
    window: 'Window',
    newSession: 'New session',
    settings: 'Settings…',
    quit: 'Quit',
    search: 'Search All Sessions',
    openLedger: 'Ledger',
    openTrash: 'Trash',
    openSkills: 'Skills',
    importSessions: 'Import sessions…',
    stop: 'Stop the answer',
    rename: 'Rename…',
    retitle: 'Suggest a title',
    compact: 'Summarise for the model',
    pin: 'Pin or unpin',
    archive: 'Archive or restore',
    export: 'Export…',
    delete: 'Delete session',
    select: 'Select sessions',
    focusComposer: 'Write a message',
    toggleSidebar: 'Show or hide the sidebar',
    togglePanel: 'Show or hide the session panel',
  },
  windowReopened: 'The window had stopped and was opened again; nothing that was asked or answered is lost.',
  windowKeepsFailing:
    'The window keeps stopping. What had been sent is kept; close Carrel and start it again, or use it in the terminal.',
  cannotStart: 'Carrel cannot start',
} as const
