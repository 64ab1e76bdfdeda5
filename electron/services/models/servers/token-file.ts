// server-tokens.json: tokens of servers, each encrypted by the system's keyring together with the address it is for.
import { z } from 'zod'
import type { Home, Keyring } from '../../../contracts.ts'
import { parseJson } from '../wire.ts'

const fileName = 'server-tokens.json'

const sealedToken = z.object({
  /** Base64 of what the keyring made of `{address, token}`. */
  sealed: z.base64().min(1).max(40_000),
  /** The person has said that it may go over a way that is not encrypted. */
  mayBePlain: z.boolean(),
})
export type SealedToken = z.infer<typeof sealedToken>
export type SealedTokens = Readonly<Record<string, SealedToken>>

const file = z.object({ servers: z.record(z.string().max(2_000), sealedToken) })
const opened = z.object({ address: z.string(), token: z.string() })

/** `broken` when there is a file that cannot be read. */
export async function readSealed(home: Pick<Home, 'read'>): Promise<SealedTokens | 'broken'> {
  const text = await home.read(fileName)
  if (text === null) return {}
  const parsed = file.safeParse(parseJson(text))
  return parsed.success ? parsed.data.servers : 'broken'
}

export async function writeSealed(home: Pick<Home, 'write'>, servers: SealedTokens): Promise<void> {
  await home.write(fileName, `${JSON.stringify({ servers }, null, 2)}\n`)
}

export async function setSealedAside(home: Pick<Home, 'setAside'>): Promise<void> {
  await home.setAside(fileName)
}

export async function seal(keyring: Keyring, address: string, token: string): Promise<string> {
  return Buffer.from(await keyring.encrypt(JSON.stringify({ address, token }))).toString('base64')
}

/** null when it cannot be opened here, or was sealed for another address: who can write the file must not turn a token around. */
export async function unseal(keyring: Keyring, address: string, { sealed }: SealedToken): Promise<string | null> {
  try {
    const text = await keyring.decrypt(Buffer.from(sealed, 'base64'))
    const content = opened.parse(parseJson(text))
    return content.address === address ? content.token : null
  } catch {
    return null
  }
}
