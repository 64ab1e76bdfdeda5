// The servers a person keeps, for every front. A token comes in here and never goes out.
import { ExpectedFailure } from '../../shared/failure.ts'
import type { Handlers } from '../../shared/ipc.ts'
import { failures } from '../../shared/messages/failures.ts'
import type { serverCalls } from '../../shared/server-calls.ts'
import { isPlainElsewhere, isToken } from '../../shared/servers.ts'
import type { Services, Surface } from '../contracts.ts'

export type ServerHandlers = Pick<Handlers, keyof typeof serverCalls>

/** `surface` throws `denied` in a front without a window. */
export function createServerHandlers(
  { servers, models, surroundings }: Pick<Services, 'servers' | 'models' | 'surroundings'>,
  surface: () => Surface,
): ServerHandlers {
  /** What is shown of the one in use shall be true of it at once; nobody waits for that. */
  function lookAgain(address: string): void {
    if (models.current().host === address)
      models.refresh().catch((thrown) => surroundings.log(`servers: ${String(thrown)}`))
  }

  return {
    'servers.list': async () => ({ servers: await servers.list() }),
    'servers.keep': async (wished) => ({ address: await servers.keep(wished) }),
    'servers.remove': async ({ address }) => {
      await servers.remove(address)
      return {}
    },
    'servers.check': async ({ address }, signal) => {
      // No page reaches an address that is on no list.
      await servers.requireListed(address)
      const begun = surroundings.now().getTime()
      const { status, version, models: installed, failure } = await models.at(address).refresh(signal)
      const ms = Math.max(0, surroundings.now().getTime() - begun)
      lookAgain(address)
      if (status === 'unknown') throw new ExpectedFailure('cancelled', failures.cancelled)
      return { status, version, models: status === 'ready' ? installed.length : 0, ms, failure }
    },
    'window.setServerToken': async ({ address, token, onlyThisRun }, signal) => {
      const window = surface()
      await servers.requireListed(address)
      if (!isToken(token)) throw new ExpectedFailure('invalid-input', failures.tokenMalformed)
      const isPlain = isPlainElsewhere(address)
      if (isPlain && !(await window.confirmPlainToken(address, signal))) return { agreed: false }
      await servers.setToken(address, token, { onlyThisRun, mayBePlain: isPlain })
      lookAgain(address)
      return { agreed: true }
    },
    'servers.forgetToken': async ({ address }) => {
      await servers.forgetToken(address)
      lookAgain(address)
      return {}
    },
  }
}
