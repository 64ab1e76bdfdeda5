// A keyring of a test's own: encrypts for real, with a key that nobody else has.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Keyring } from '../../electron/contracts.ts'

export interface TestKeyring extends Keyring {
  /** As one that the person has left locked. */
  lock(isLocked: boolean): void
  /** How often something was to be decrypted. */
  asked(): number
}

export function createTestKeyring(refusal: Awaited<ReturnType<Keyring['refusal']>> = null): TestKeyring {
  const key = randomBytes(32)
  let isLocked = false
  let asked = 0
  return {
    refusal: async () => refusal,
    async encrypt(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    async decrypt(bytes) {
      asked += 1
      if (isLocked) throw new Error('locked')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
    lock(next) {
      isLocked = next
    },
    asked: () => asked,
  }
}
