// The Ollama servers a person keeps: as the settings have them, and as a window shows them. No token is in here.
import { z } from 'zod'
import { failure } from './failure.ts'
import { isThisComputer } from './this-computer.ts'

export const mostServers = 50
const name = () => z.string().trim().min(1).max(80)
/** As it is written by a person; what it means, the main process says. */
export const serverAddress = () => z.string().trim().min(1).max(2_000)

/** In settings.json. `address` is a base address without a slash at its end. */
export const keptServer = z.object({ address: serverAddress(), name: name().nullable() })
export type KeptServer = z.infer<typeof keptServer>

/** `before` is the address of the one that is changed; null for a new one. */
export const wishedServer = () =>
  z.strictObject({ address: serverAddress(), name: name().nullable(), before: z.string().nullable() })
export type WishedServer = z.infer<ReturnType<typeof wishedServer>>

/**
 * Whether a token goes with what is asked of a server: `kept` encrypted · `this-run`, in memory only · `locked`, kept and not to be
 * opened here · `environment`, for this process.
 */
export const tokenState = z.enum(['none', 'kept', 'this-run', 'locked', 'environment'])
export type TokenState = z.infer<typeof tokenState>

export const listedServer = () =>
  z.object({
    address: z.string(),
    name: z.string().nullable(),
    /** The default address: always there, and nobody can remove it. */
    isDefault: z.boolean(),
    /** False for the one in use that is on no list, such as one from OLLAMA_HOST. */
    isKept: z.boolean(),
    isUsed: z.boolean(),
    /** Words and files go to another machine, and everybody on the way can read them. */
    isPlain: z.boolean(),
    token: tokenState,
  })
export type ListedServer = z.infer<ReturnType<typeof listedServer>>

/** What came of asking one server. */
export const serverCheck = () =>
  z.object({
    status: z.enum(['ready', 'unreachable', 'not-ollama']),
    version: z.string().nullable(),
    models: z.number().int(),
    /** Until it had answered everything. Milliseconds. */
    ms: z.number().int(),
    failure: failure.nullable(),
  })
export type ServerCheck = z.infer<ReturnType<typeof serverCheck>>

/** What a header takes: visible ASCII without spaces. */
const token = /^[\x21-\x7e]{1,4096}$/u

export function isToken(text: string): boolean {
  return token.test(text)
}

/** Whether what is sent there can be read on its way. An address that is none counts as such. */
export function isPlainElsewhere(address: string): boolean {
  try {
    const { protocol, host } = new URL(address)
    return protocol !== 'https:' && !isThisComputer(host)
  } catch {
    return true
  }
}
