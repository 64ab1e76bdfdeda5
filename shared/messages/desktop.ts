// Words of the native menu and the native dialogs.

export const desktop = {
  openLinkQuestion: 'Open this address outside Carrel?',
  openLink: 'Open',
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
    stop: 'Stop the answer',
    focusComposer: 'Write a message',
    toggleSidebar: 'Show or hide the sidebar',
  },
  windowReopened: 'The window had stopped and was opened again; nothing that was asked or answered is lost.',
  windowKeepsFailing:
    'The window keeps stopping. What had been sent is kept; close Carrel and start it again, or use it in the terminal.',
  cannotStart: 'Carrel cannot start',
} as const
