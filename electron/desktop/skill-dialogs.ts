// What a person is asked natively about skills: which folder or archive. And their SKILL.md in the person's own editor.
import { app, type BrowserWindow, dialog, shell } from 'electron'
import { ExpectedFailure } from '../../shared/expected-failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Surface } from '../contracts.ts'

const words = messages.desktop.skills

export function skillDialogs(
  window: () => BrowserWindow | null,
): Pick<Surface, 'chooseSkill' | 'confirmFetch' | 'openText'> {
  return {
    async confirmFetch(url, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const answer = await dialog.showMessageBox(parent, {
        type: 'question',
        message: words.fetchQuestion,
        // All of it: an address can say something to its host as well. What could be hidden in it is written out.
        detail: url.replace(/[^\u0021-\u007e]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`),
        buttons: [words.fetch, messages.desktop.cancel],
        defaultId: 0,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async chooseSkill(what, signal) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
        title: what === 'folder' ? words.folder : words.archive,
        buttonLabel: words.look,
        defaultPath: app.getPath('home'),
        // Skills of other programs lie in folders that are not shown.
        properties: [what === 'folder' ? 'openDirectory' : 'openFile', 'showHiddenFiles'],
        ...(what === 'archive' && { filters: [{ name: words.archives, extensions: ['zip', 'skill'] }] }),
      })
      return canceled || signal.aborted ? null : (filePaths[0] ?? null)
    },
    async openText(path) {
      const why = await shell.openPath(path)
      if (why !== '') throw new ExpectedFailure('unavailable', words.notOpened(why))
    },
  }
}
