// The ledger: what has happened at the border, one line each, so that "nothing left this computer" is a fact and no promise.
import { dirname, join } from 'node:path'
import { readFailure, writeFailure } from '../../../shared/disk-failure.ts'
import type { Failure } from '../../../shared/failure.ts'
import { type LedgerEntry, type LedgerSummary, notDone } from '../../../shared/ledger.ts'
import { ledgerText } from '../../../shared/ledger-text.ts'
import { ledgerWords } from '../../../shared/messages/ledger.ts'
import { isThisComputer } from '../../../shared/this-computer.ts'
import type { Events, Home, Ledger, Surroundings } from '../../contracts.ts'
import { partBeside, replaceFile } from '../../replace-file.ts'
import { appendEntries, closePartWhenLarge, readEntries } from './ledger-file.ts'

export interface LedgerDependencies {
  home: Pick<Home, 'path' | 'readOnly' | 'requireWritable'>
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'now' | 'log'>
  /** From this size on a part is closed; a test has no time for 32 MiB. */
  partBytes?: number
}

/** About 150,000 entries; a person makes some hundred a day. */
const usualPartBytes = 32 * 1024 * 1024
/** What waits for a disk that takes nothing; more than these are counted only. */
const mostWaiting = 1_000
/** A command may be a whole script. Of a longer one, the session's log has the rest. */
const longestWhat = 20_000
const usualLimit = 1_000

export function createLedger(dependencies: LedgerDependencies): Ledger & { close(): Promise<void> } {
  const { home, events, surroundings, partBytes = usualPartBytes } = dependencies
  const path = join(home.path, 'ledger.jsonl')
  let fault: Failure | null = null
  /** Not on the disk yet: written with the next one, and shown meanwhile. */
  let waiting: LedgerEntry[] = []
  let last: Promise<void> = Promise.resolve()

  events.on('access.changed', ({ readOnly }) => {
    if (!readOnly) void write()
  })

  function write(): Promise<void> {
    last = last.then(async () => {
      const entries = waiting
      if (entries.length === 0) return
      try {
        home.requireWritable()
        await closePartWhenLarge(home.path, partBytes, surroundings.now())
        await appendEntries(home.path, entries)
        waiting = waiting.slice(entries.length)
        fault = null
      } catch (thrown) {
        fault = writeFailure(thrown, path, home.path).failure
        // Who only reads has a reason, which is no surprise.
        if (!home.readOnly) surroundings.log(`the ledger was not written: ${fault.detail ?? fault.message}`)
      }
    })
    return last
  }

  const list: Ledger['list'] = async ({ since, sessionId, kind, limit = usualLimit }) => {
    await last
    const { entries, badLines } = await readEntries(home.path).catch((thrown) => {
      throw readFailure(thrown, path)
    })
    const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since)
    const asked = [...entries, ...waiting].filter(
      // A time that is none is no reason to leave an entry out.
      (entry) => !(Date.parse(entry.ts) < from) && (sessionId === undefined || entry.sessionId === sessionId),
    )
    const found = asked.filter((entry) => kind === undefined || entry.kind === kind).reverse()
    return { entries: found.slice(0, limit), more: found.length > limit, reached: reachedIn(asked), badLines }
  }

  return {
    fault: () => fault,
    async add({ sessionId, kind, what, approvalId, outcome }) {
      const cut = what.length > longestWhat ? ledgerWords.cut(what.slice(0, longestWhat)) : what
      const ts = surroundings.now().toISOString()
      const entry: LedgerEntry = { ts, sessionId, kind, what: cut, approvalId, outcome }
      if (waiting.length < mostWaiting) waiting.push(entry)
      else surroundings.log('the ledger was not written, and too much waits already: an entry is lost')
      events.emit('ledger.added', entry)
      await write()
    },
    list,
    async exportTo(path, filter) {
      const { entries } = await list({ ...filter, limit: Number.POSITIVE_INFINITY })
      // Of its owner only: it names what was done on this machine.
      await replaceFile(path, ledgerText(path, entries.toReversed()), partBeside(path)).catch((thrown) => {
        throw writeFailure(thrown, path, dirname(path))
      })
      return entries.length
    },
    close: () => last,
  }
}

/** Of all kinds and without a limit: what was left out of a list must not make it look as if nothing was reached. */
function reachedIn(entries: readonly LedgerEntry[]): LedgerSummary['reached'] {
  const times = new Map<string, number>()
  for (const { kind, what, outcome } of entries) {
    if (kind !== 'host' || outcome === notDone || isThisComputer(what)) continue
    times.set(what, (times.get(what) ?? 0) + 1)
  }
  return [...times]
    .map(([host, count]) => ({ host, times: count }))
    .sort((one, other) => other.times - one.times || (one.host < other.host ? -1 : 1))
}
