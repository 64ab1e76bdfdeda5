// What a person is asked natively about a backup: where to, which, and whether it takes the place of what is here.
import { join } from 'node:path'
import { app, type BrowserWindow, dialog } from 'electron'
import { backupWords } from '../../shared/messages/backup.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Surface } from '../contracts.ts'

const words = backupWords.dialogs
const filters = [{ name: words.kind, extensions: ['zip'] }]

type Dialogs = Pick<Surface, 'chooseBackupFile' | 'chooseBackup' | 'confirmRestore' | 'restart'>

export function backupDialogs(window: () => BrowserWindow | null): Dialogs {
  return {
    async chooseBackupFile(name, signal) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const { canceled, filePath } = await dialog.showSaveDialog(parent, {
        title: words.save,
        buttonLabel: words.saveButton,
        defaultPath: join(app.getPath('documents'), name),
        filters,
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || signal.aborted || filePath === '' ? null : filePath
    },
    async chooseBackup(signal) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
        title: words.open,
        buttonLabel: words.openButton,
        filters,
        properties: ['openFile'],
      })
      return canceled || signal.aborted ? null : (filePaths[0] ?? null)
    },
    async confirmRestore(path, contents, signal) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const { response, checkboxChecked } = await dialog.showMessageBox(parent, {
        type: 'warning',
        message: words.question,
        detail: words.detail(path, contents),
        checkboxLabel: words.withRights(contents.rules, contents.trustedFolders),
        // What allows more than is allowed here comes only when it is asked for.
        checkboxChecked: false,
        buttons: [words.restore, messages.desktop.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return response === 0 && !signal.aborted ? { withRights: checkboxChecked } : null
    },
    restart() {
      app.relaunch()
      // Not from within the call that asked for it: its answer is still on its way.
      setImmediate(() => app.quit())
    },
  }
}
