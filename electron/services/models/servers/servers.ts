// The servers a person keeps: one list in the settings, and beside it what each of them is to hear of who asks.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { failures } from '../../../../shared/messages/failures.ts'
import { isPlainElsewhere, type KeptServer, type ListedServer, mostServers } from '../../../../shared/servers.ts'
import type { Servers, SettingsStore } from '../../../contracts.ts'
import { defaultHost, parseHost, resolveHost } from '../host.ts'
import { createTokens, type TokensDependencies } from './tokens.ts'

export interface ServersDependencies extends Omit<TokensDependencies, 'namedHost'> {
  settings: Pick<SettingsStore, 'current' | 'update'>
  /** The address from the command line, or null. */
  flagHost: string | null
}

export function createServers(dependencies: ServersDependencies): Servers {
  const { settings, surroundings, flagHost } = dependencies
  const environment = surroundings.environment['OLLAMA_HOST']
  // Not that of the settings: a variable that was set for one server would go to whichever is chosen later.
  const named = resolveHost({ flag: flagHost, setting: null, environment })
  const isNamed = named.failure === null && named.chosenBy !== 'default'
  const tokens = createTokens({ ...dependencies, namedHost: isNamed ? named.host : null })
  let last: Promise<unknown> = Promise.resolve()

  const kept = (): KeptServer[] =>
    settings.current().servers.flatMap(({ address: written, name }) => {
      const address = parseHost(written)
      return address === null || address === defaultHost ? [] : [{ address, name }]
    })

  const used = () => resolveHost({ flag: flagHost, setting: settings.current().host, environment })

  function requireAddress(written: string): string {
    const address = parseHost(written)
    if (address === null) throw new ExpectedFailure('invalid-input', failures.hostInvalid(written))
    return address
  }

  async function listed(): Promise<ListedServer[]> {
    const { host, failure } = used()
    const all = [{ address: defaultHost, name: null }, ...kept()]
    const isListed = failure !== null || all.some(({ address }) => address === host)
    const shown = isListed ? all : [...all, { address: host, name: null }]
    return await Promise.all(
      shown.map(async ({ address, name }) => ({
        address,
        name,
        isDefault: address === defaultHost,
        isKept: all.some((one) => one.address === address),
        isUsed: failure === null && address === host,
        isPlain: isPlainElsewhere(address),
        token: await tokens.stateOf(address),
      })),
    )
  }

  /** One after the other: each begins with what the one before has chosen. */
  async function change(next: (servers: readonly KeptServer[]) => KeptServer[], moved: Moved | null): Promise<void> {
    const work = last.then(async () => {
      const { host } = settings.current()
      const isMoved = moved !== null && host !== null && parseHost(host) === moved.from
      await settings.update({ servers: next(kept()), ...(isMoved && { host: moved.to }) })
    })
    last = work.catch(() => undefined)
    await work
  }

  return {
    list: listed,
    async requireListed(address) {
      if (!(await listed()).some((one) => one.address === address))
        throw new ExpectedFailure('not-found', failures.serverNotListed(address))
    },
    async keep({ address: written, name, before }) {
      const address = requireAddress(written)
      const others = kept().filter((one) => one.address !== before)
      if (address === defaultHost || others.some((one) => one.address === address))
        throw new ExpectedFailure('invalid-input', failures.serverThere(address))
      if (others.length >= mostServers) throw new ExpectedFailure('limit', failures.tooManyServers(mostServers))
      const isMoved = before !== null && before !== address
      // Before the address changes: a token is for the server it was given for.
      if (isMoved) await tokens.forget(before)
      await change(
        (servers) => {
          const place = servers.findIndex((one) => one.address === before)
          return place === -1 ? [...servers, { address, name }] : servers.with(place, { address, name })
        },
        isMoved ? { from: before, to: address } : null,
      )
      return address
    },
    async remove(address) {
      await tokens.forget(address)
      await change((servers) => servers.filter((one) => one.address !== address), { from: address, to: null })
    },
    setToken: (address, token, options) => tokens.set(address, token, options),
    forgetToken: (address) => tokens.forget(address),
    bearerFor: (address) => tokens.bearerFor(address),
    tokenState: (address) => tokens.stateOf(address),
  }
}

/** What becomes of the choice when the chosen one has another address, or none. */
interface Moved {
  from: string
  to: string | null
}
