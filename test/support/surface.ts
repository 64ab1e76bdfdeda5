// A window whose person says no to every question and chooses nothing.
import type { Surface } from '../../electron/contracts.ts'

/** `more` is what this person does otherwise. */
export function windowOf(more: Partial<Surface> = {}): Surface {
  return {
    openLink: async () => false,
    showFolder: async () => undefined,
    openText: async () => undefined,
    restart: () => undefined,
    chooseFolder: async () => null,
    chooseLedgerFile: async () => null,
    chooseSessionFile: async () => null,
    chooseBackupFile: async () => null,
    chooseBackup: async () => null,
    chooseLogs: async () => [],
    chooseAttachments: async () => [],
    chooseSkill: async () => null,
    confirmFetch: async () => false,
    confirmRemoveModel: async () => false,
    confirmPlainToken: async () => false,
    confirmPull: async () => false,
    confirmEmptyTrash: async () => false,
    confirmUnhide: async () => false,
    confirmRestore: async () => null,
    confirmMode: async () => false,
    confirmCommandsWithoutSandbox: async () => false,
    confirmWithoutSandbox: async () => false,
    ...more,
  }
}
