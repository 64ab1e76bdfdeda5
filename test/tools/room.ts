// A workspace of a test's own with its tools.
import type { Checking } from '../../electron/services/tools/workspace/opening.ts'
import type { SearchLimits } from '../../electron/services/tools/workspace/search.ts'
import { temporaryFolder } from '../support/temp.ts'
import { type Room, roomIn } from './room-in.ts'

export async function room(
  files: Record<string, string | Uint8Array> = {},
  checking?: Checking,
  searchLimits?: SearchLimits,
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<Room> {
  return await roomIn(await temporaryFolder(), files, checking, searchLimits, environment)
}
