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
  windowFailed: 'The window stopped and was opened again. What had been sent is kept.',
  cannotStart: 'Carrel cannot start',
} as const
