// The ledger as a file of the person's choice: everything that fits the filter, oldest first.
import type { LedgerFilter } from '../../shared/ipc.ts'
import type { Services, Surface } from '../contracts.ts'

export async function exportLedger(
  { ledger, surroundings }: Pick<Services, 'ledger' | 'surroundings'>,
  surface: Surface,
  filter: LedgerFilter,
  signal: AbortSignal,
): Promise<{ saved: string | null; entries: number }> {
  const name = `carrel-ledger-${surroundings.now().toISOString().slice(0, 10)}.jsonl`
  const saved = await surface.chooseLedgerFile(name, signal)
  return saved === null ? { saved, entries: 0 } : { saved, entries: await ledger.exportTo(saved, filter) }
}
