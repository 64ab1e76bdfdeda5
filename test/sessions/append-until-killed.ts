// A process that appends to a session file until it is killed, and says on its output what was acknowledged.
import { randomInt } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createSessionFile, openSessionFile } from '../../electron/services/sessions/session-file.ts'
import type { MessageRecord } from '../../shared/session.ts'

/** `large`: one append of some megabytes, which takes long enough to be torn. A number: so many appends and no more. */
const [path = '', name = '', work = ''] = process.argv.slice(2)
const ts = '2026-11-25T08:00:00.000Z'

let made = 0
const record = (more: number): MessageRecord => {
  const id = `${name}-${made++}`
  return { type: 'message', id, parentId: null, ts, role: 'user', content: `words of ${id} „é📚“ `.repeat(1 + more) }
}

// Whoever comes second opens what the first has made.
const header = { type: 'session', v: 1, id: 'killed', ts } as const
const open = () => openSessionFile(path)
const file = await open().catch(() => createSessionFile(path, [header]).catch(open))
writeSync(1, 'open\n')
for (let appends = 0; appends < (Number(work) || Number.POSITIVE_INFINITY); appends++) {
  const isLarge = work === 'large' && appends === 1
  const records = Array.from({ length: isLarge ? 10 : 1 + randomInt(4) }, () => record(isLarge ? 15_000 : randomInt(9)))
  if (isLarge) writeSync(1, 'large\n')
  await file.append(records)
  writeSync(1, `${records.map(({ id }) => id).join(' ')}\n`)
}
