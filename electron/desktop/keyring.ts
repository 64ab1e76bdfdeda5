// The system's keyring, as far as it can be trusted with a secret.
import { safeStorage } from 'electron'
import type { Keyring } from '../contracts.ts'

/** What Chromium begins a text with on Linux that it encrypted with a key everybody knows. */
const knownKey = 'v10'

export function createKeyring(platform: NodeJS.Platform): Keyring {
  return {
    async refusal() {
      if (platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return 'plain-text'
      try {
        if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'missing'
        // Tried as well: a keyring that is named and does not answer is silently done without.
        const tried = await safeStorage.encryptStringAsync('tried')
        return platform === 'linux' && tried.subarray(0, knownKey.length).toString() === knownKey ? 'plain-text' : null
      } catch {
        return 'missing'
      }
    },
    encrypt: async (text) => await safeStorage.encryptStringAsync(text),
    decrypt: async (bytes) => (await safeStorage.decryptStringAsync(Buffer.from(bytes))).result,
  }
}
