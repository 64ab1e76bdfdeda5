// The bearer tokens of servers: they come in, are kept as well as this computer can, and go to their server. Nothing tells one.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { failures } from '../../../../shared/messages/failures.ts'
import { isPlainElsewhere, isToken, type TokenState } from '../../../../shared/servers.ts'
import type { Events, Home, Keyring, Surroundings } from '../../../contracts.ts'
import { readSealed, type SealedTokens, seal, setSealedAside, unseal, writeSealed } from './token-file.ts'

/** Of this process, for the server that was named to it and for no other. */
export const tokenVariable = 'CARREL_OLLAMA_TOKEN'

export interface TokensDependencies {
  home: Pick<Home, 'read' | 'write' | 'setAside' | 'requireWritable' | 'readOnly'>
  /** null where there is no window. */
  keyring: Keyring | null
  surroundings: Pick<Surroundings, 'environment' | 'log'>
  events: Events
  /** The server the variable is for: that of the flag, or of OLLAMA_HOST. */
  namedHost: string | null
}

export interface Tokens {
  /** The token for the server at this base address. Throws `denied` when there is one that may not, or cannot, be sent. */
  bearerFor(address: string): Promise<string | null>
  stateOf(address: string): Promise<TokenState>
  /** Throws `invalid-input` for what is none, and `denied` when it cannot be kept as it should be. */
  set(address: string, token: string, options: { onlyThisRun: boolean; mayBePlain: boolean }): Promise<void>
  forget(address: string): Promise<void>
}

interface Opened {
  token: string
  mayBePlain: boolean
}

export function createTokens({ home, keyring, surroundings, events, namedHost }: TokensDependencies): Tokens {
  const ofEnvironment = surroundings.environment[tokenVariable]?.trim() || null
  const ofThisRun = new Map<string, Opened>()
  const opened = new Map<string, Promise<Opened | 'locked' | null>>()
  let reading: Promise<SealedTokens> | null = null
  let last: Promise<unknown> = Promise.resolve()

  events.on('access.changed', ({ readOnly }) => {
    // Another process may have written it until now.
    if (readOnly) return
    reading = null
    opened.clear()
  })

  function sealed(): Promise<SealedTokens> {
    reading ??= read()
    return reading
  }

  async function read(): Promise<SealedTokens> {
    const found = await readSealed(home)
    if (found !== 'broken') return found
    surroundings.log(failures.tokensUnreadable)
    if (!home.readOnly) await setSealedAside(home)
    return {}
  }

  /** One after the other: each begins with what the one before has written. */
  async function change(next: (servers: SealedTokens) => SealedTokens): Promise<void> {
    home.requireWritable()
    const work = last.then(async () => {
      const before = await sealed()
      const after = next(before)
      if (after === before) return
      await writeSealed(home, after)
      reading = Promise.resolve(after)
    })
    last = work.catch(() => undefined)
    await work
  }

  /** Once: a keyring may ask the person, and a server that is away is looked at every two seconds. */
  function open(address: string): Promise<Opened | 'locked' | null> {
    const known = opened.get(address) ?? unsealed(address)
    opened.set(address, known)
    return known
  }

  async function unsealed(address: string): Promise<Opened | 'locked' | null> {
    const servers = await sealed()
    const found = Object.hasOwn(servers, address) ? servers[address] : undefined
    if (!found) return null
    const token = keyring === null ? null : await unseal(keyring, address, found)
    if (token === null || !isToken(token)) return 'locked'
    return { token, mayBePlain: found.mayBePlain }
  }

  /** What is said for this process alone comes first, as an address does. */
  function named(address: string): Opened | null {
    return ofEnvironment !== null && address === namedHost ? { token: ofEnvironment, mayBePlain: false } : null
  }

  return {
    async bearerFor(address) {
      const found = named(address) ?? ofThisRun.get(address) ?? (await open(address))
      if (found === null) return null
      if (found === 'locked') throw new ExpectedFailure('denied', failures.tokenLocked(address))
      if (!isToken(found.token)) throw new ExpectedFailure('denied', failures.tokenMalformed)
      if (!found.mayBePlain && isPlainElsewhere(address))
        throw new ExpectedFailure('denied', failures.tokenOverPlainHttp(address))
      return found.token
    },
    async stateOf(address) {
      if (named(address)) return 'environment'
      if (ofThisRun.has(address)) return 'this-run'
      const found = await open(address)
      // A person looks: by now it may be unlocked.
      if (found === 'locked') opened.delete(address)
      if (found === null) return 'none'
      return found === 'locked' ? 'locked' : 'kept'
    },
    async set(address, token, { onlyThisRun, mayBePlain }) {
      home.requireWritable()
      if (!isToken(token)) throw new ExpectedFailure('invalid-input', failures.tokenMalformed)
      if (!mayBePlain && isPlainElsewhere(address))
        throw new ExpectedFailure('denied', failures.tokenOverPlainHttp(address))
      if (onlyThisRun) {
        // An older one that is kept would be back with the next start.
        await change((servers) => without(servers, address))
        ofThisRun.set(address, { token, mayBePlain })
        opened.delete(address)
        return
      }
      const refusal = keyring === null ? 'missing' : await keyring.refusal()
      if (keyring === null || refusal !== null)
        throw new ExpectedFailure('denied', failures.tokenNotKept[refusal ?? 'missing'])
      const one = { sealed: await seal(keyring, address, token), mayBePlain }
      await change((servers) => ({ ...servers, [address]: one }))
      ofThisRun.delete(address)
      opened.delete(address)
    },
    async forget(address) {
      await change((servers) => without(servers, address))
      ofThisRun.delete(address)
      opened.delete(address)
    },
  }
}

/** The same object when there is nothing to take away. */
function without(servers: SealedTokens, address: string): SealedTokens {
  if (!Object.hasOwn(servers, address)) return servers
  return Object.fromEntries(Object.entries(servers).filter(([one]) => one !== address))
}
