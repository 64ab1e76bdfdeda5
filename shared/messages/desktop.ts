// Words of the native menu and the native dialogs.
import { size } from './sizes.ts'

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
