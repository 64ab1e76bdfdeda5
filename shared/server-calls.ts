// The channels of servers: which ones are kept, whether they answer, and the tokens they want. None answers a token.
import { z } from 'zod'
import { call, nothing } from './call.ts'
import { listedServer, serverAddress, serverCheck, wishedServer } from './servers.ts'

const one = () => z.strictObject({ address: serverAddress() })

export const serverCalls = {
  'servers.list': call(
    () => nothing,
    () => z.object({ servers: z.array(listedServer()) }),
  ),
  /** Adds one, or changes the one at `before`; with another address its token is forgotten. Answers its address. */
  'servers.keep': call(wishedServer, one),
  /** With its token. When it was the chosen one, the default is chosen. */
  'servers.remove': call(one, () => nothing),
  /** Asks one of the list now, whichever is used. */
  'servers.check': call(one, serverCheck),
  /**
   * A token for one of the list. `denied`, and not kept, where it would lie readable on the disk, unless it is `onlyThisRun`. Whether
   * it may go over a way that is not encrypted is asked natively; `agreed` is false when the person said no.
   */
  'window.setServerToken': call(
    () => one().extend({ token: z.string().min(1).max(4_096), onlyThisRun: z.boolean() }),
    () => z.object({ agreed: z.boolean() }),
  ),
  'servers.forgetToken': call(one, () => nothing),
} as const
