// A model's server on another computer is a host like others: noted once a day, since every answer reaches it.
import { ledgerWords } from '../../../shared/messages/ledger.ts'
import { isThisComputer } from '../../../shared/this-computer.ts'
import type { Ledger, Surroundings } from '../../contracts.ts'

export interface ModelServerDependencies {
  ledger: Pick<Ledger, 'add'>
  surroundings: Pick<Surroundings, 'now'>
}

/** To be called with the origin of each connection that was made. */
export function createModelServerNote({ ledger, surroundings }: ModelServerDependencies) {
  const noted = new Map<string, string>()
  return (origin: URL): void => {
    const what = `${origin.hostname}:${origin.port || (origin.protocol === 'https:' ? '443' : '80')}`
    const day = surroundings.now().toISOString().slice(0, 10)
    if (isThisComputer(what) || noted.get(what) === day) return
    noted.set(what, day)
    // `add` never throws, and no answer waits for it.
    void ledger.add({ sessionId: null, kind: 'host', what, approvalId: null, outcome: ledgerWords.modelServer })
  }
}
