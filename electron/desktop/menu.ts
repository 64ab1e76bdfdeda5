// The native menu: every command of the window with its shortcut.
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { PushPayload } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'

type Command = PushPayload<'window.command'>['command']

const words = messages.desktop.menu

export function installMenu(run: (command: Command) => void, developing: boolean): void {
  const item = (label: string, accelerator: string, command: Command): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => run(command),
  })
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: words.file,
      submenu: [
        item(words.newSession, 'CmdOrCtrl+N', 'new-session'),
        item(words.search, 'CmdOrCtrl+Shift+F', 'search'),
        item(words.openSkills, 'CmdOrCtrl+Shift+S', 'open-skills'),
        { label: words.openLedger, click: () => run('open-ledger') },
        { label: words.openTrash, click: () => run('open-trash') },
        { label: words.importSessions, click: () => run('open-import') },
        item(words.settings, 'CmdOrCtrl+,', 'open-settings'),
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit', label: words.quit },
      ],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'delete' },
        { role: 'selectAll' },
        { type: 'separator' },
        item(words.find, 'CmdOrCtrl+F', 'find-in-session'),
      ],
    },
    {
      label: words.view,
      submenu: [
        item(words.toggleSidebar, 'CmdOrCtrl+B', 'toggle-sidebar'),
        item(words.togglePanel, 'CmdOrCtrl+I', 'toggle-panel'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(developing ? [{ role: 'toggleDevTools' as const }] : []),
      ],
    },
    {
      label: words.session,
      submenu: [
        item(words.focusComposer, 'CmdOrCtrl+L', 'focus-composer'),
        // Escape belongs to the page, where it also closes what floats; the menu only names the command.
        { label: words.stop, click: () => run('stop') },
        { type: 'separator' },
        item(words.rename, 'F2', 'rename-session'),
        { label: words.retitle, click: () => run('retitle-session') },
        { label: words.compact, click: () => run('compact-session') },
        item(words.pin, 'CmdOrCtrl+Shift+P', 'pin-session'),
        item(words.archive, 'CmdOrCtrl+Shift+A', 'archive-session'),
        { label: words.export, click: () => run('export-session') },
        // No key of its own: in a text the Delete key is the text's, and in the list it is the row's.
        { label: words.delete, click: () => run('delete-session') },
        { type: 'separator' },
        item(words.select, 'CmdOrCtrl+Shift+E', 'select-sessions'),
      ],
    },
    { role: 'windowMenu', label: words.window },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
