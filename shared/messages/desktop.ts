// Words of the native menu and the native dialogs.

const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** Decimal units, as the window writes them. */
function size(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  const [unit, name] = bytes < 1e6 ? [1e3, 'KB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
  return `${oneDigit.format(bytes / unit)} ${name}`
}

export const desktop = {
  openLinkQuestion: 'Open this address outside Carrel?',
  openLink: 'Open',
  emptyTrashQuestion: (sessions: number) =>
    sessions === 1
      ? 'Remove the session in the trash for good?'
      : `Remove all ${sessions} sessions in the trash for good?`,
  emptyTrashDetail: (bytes: number) =>
    `This removes ${size(bytes)} from the disk. Nobody can bring it back, and Carrel keeps no copy.`,
  emptyTrash: 'Empty trash',
  cancel: 'Cancel',
  menu: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    session: 'Session',
    window: 'Window',
    newSession: 'New session',
    settings: 'Settings…',
    quit: 'Quit',
    openTrash: 'Trash',
    stop: 'Stop the answer',
    rename: 'Rename…',
    pin: 'Pin or unpin',
    archive: 'Archive or restore',
    delete: 'Delete session',
    focusComposer: 'Write a message',
    toggleSidebar: 'Show or hide the sidebar',
  },
  windowReopened: 'The window had stopped and was opened again; nothing that was asked or answered is lost.',
  windowKeepsFailing:
    'The window keeps stopping. What had been sent is kept; close Carrel and start it again, or use it in the terminal.',
  cannotStart: 'Carrel cannot start',
} as const
