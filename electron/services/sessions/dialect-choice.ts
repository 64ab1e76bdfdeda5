// How the calls of a session are written, as it was chosen for it.
import type { TreeRecord } from '../../../shared/session.ts'
import type { DialectName } from '../../contracts.ts'

/** What was chosen last on the way; null when nothing was, or that the model's facts shall decide. */
export function dialectOn(path: readonly TreeRecord[]): DialectName | null {
  const chosen = path.findLast((record) => record.type === 'settings' && 'dialect' in record)
  const { dialect } = { dialect: null, ...chosen }
  return dialect === 'native' || dialect === 'prompted' ? dialect : null
}
