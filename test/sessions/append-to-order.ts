// A process that appends one record for every line it is told, and says how that ended.
import { createInterface } from 'node:readline'
import { createSessionFile } from '../../electron/services/sessions/session-file.ts'
import { toFailure } from '../../shared/failure.ts'

const [path = ''] = process.argv.slice(2)
const ts = '2026-11-25T08:00:00.000Z'

const file = await createSessionFile(path, [{ type: 'session', v: 1, id: 'short', ts }])
process.stdout.write('open\n')
for await (const id of createInterface({ input: process.stdin })) {
  const record = { type: 'message', id, parentId: null, ts, role: 'user', content: `words of ${id} „é📚“` }
  const ended = await file.append([record]).then(
    () => 'done',
    (thrown) => toFailure(thrown, 'bug').code,
  )
  process.stdout.write(`${ended}\n`)
}
