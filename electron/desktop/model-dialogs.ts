// What a person is asked natively about models: whether one may go, whether another registry may be reached, and a token be read.
import { type BrowserWindow, dialog } from 'electron'
import { messages } from '../../shared/messages/messages.ts'
import type { Surface } from '../contracts.ts'

const words = messages.desktop.models

export function modelDialogs(
  window: () => BrowserWindow | null,
): Pick<Surface, 'confirmRemoveModel' | 'confirmPull' | 'confirmPlainToken'> {
  return {
    async confirmRemoveModel({ model, host, bytes }, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const answer = await dialog.showMessageBox(parent, {
        type: 'warning',
        message: words.removeQuestion(model),
        detail: words.removeDetail(host, bytes),
        buttons: [words.remove, messages.desktop.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async confirmPull({ model, registry }, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const answer = await dialog.showMessageBox(parent, {
        type: 'question',
        message: words.pullQuestion(registry),
        // All of it: a name can say something to its registry as well.
        detail: words.pullDetail(model),
        buttons: [words.pull, messages.desktop.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async confirmPlainToken(host, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const answer = await dialog.showMessageBox(parent, {
        type: 'warning',
        message: words.plainTokenQuestion,
        detail: words.plainTokenDetail(host),
        buttons: [words.plainToken, messages.desktop.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
  }
}
