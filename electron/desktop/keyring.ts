// The system's keyring, as far as it can be trusted with a secret.
import { safeStorage } from 'electron'
import type { Keyring } from '../contracts.ts'

/** What Chromium begins a text with on Linux that it encrypted with a key everybody knows. */
const knownKey = 'v10'

/**
 * Through the calls that wait for the keyring: every Electron this can be started with has them, and they are made only when there
 * is a token. What they encrypt, the later ones decrypt.
 */
export function createKeyring(platform: NodeJS.Platform): Keyring {
  return {
    async refusal() {
      if (platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return 'plain-text'
      try {
        if (!safeStorage.isEncryptionAvailable()) return 'missing'
        // Tried as well: a keyring that is named and does not answer must not silently be done without.
        const tried = safeStorage.encryptString('tried')
        return platform === 'linux' && tried.subarray(0, knownKey.length).toString() === knownKey ? 'plain-text' : null
      } catch {
        return 'missing'
      }
    },
    encrypt: async (text) => safeStorage.encryptString(text),
    decrypt: async (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
  }
}
