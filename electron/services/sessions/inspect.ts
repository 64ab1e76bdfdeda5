// Reads every session file to say which are whole.
import { readFile } from 'node:fs/promises'
import { skippedBytes } from '../../../shared/session.ts'
import { readLog } from './read-log.ts'
import { sessionsFolder } from './sessions-folder.ts'

/** One file after the other, so that looking costs the memory of one. A file that cannot be read counts as damaged. */
export async function inspectSessions(
  home: string,
): Promise<{ sessionId: string; damaged: boolean; skippedBytes: number }[]> {
  const inspected: { sessionId: string; damaged: boolean; skippedBytes: number }[] = []
  for (const place of await sessionsFolder(home).list()) {
    const bytes = await readFile(place.path).catch(() => null)
    const reading = bytes && readLog(bytes)
    inspected.push({
      sessionId: place.id,
      damaged: !reading || reading.records.length === 0,
      skippedBytes: reading ? skippedBytes(reading.diagnostics) : 0,
    })
  }
  return inspected
}
