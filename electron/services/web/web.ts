// The web as the app has it: the system's names, public addresses, the usual ports. Nothing can be set that would open it further.
import { lookup } from 'node:dns/promises'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { webWords } from '../../../shared/messages/web.ts'
import type { Web } from '../../contracts.ts'

export function createWeb(): Web {
  return {
    async fetch(url, options) {
      const { createPageReader, isPublicAddress } = await import('./page-reader.ts')
      const reader = createPageReader({
        resolve: addressesOf,
        isPublic: isPublicAddress,
        ports: [80, 443],
        limitMs: 10_000,
        limitBytes: 2 * 1_024 * 1_024,
      })
      return await reader.fetch(url, options)
    },
  }
}

/** As the system resolves it, the person's own hosts file included: a name that leads into the house is found out. */
async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true, verbatim: true })
    return found.map(({ address }) => address)
  } catch {
    throw new ExpectedFailure('not-found', webWords.unknownHost(host))
  }
}
