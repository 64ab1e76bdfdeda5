// Measures appends with sync to a session file of the app, against write and fdatasync on a file that stays open.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createSessionFile } from '../../electron/services/sessions/session-file.ts'
import type { MessageRecord } from '../../shared/session.ts'
import type { Pair } from './figure.ts'

const [folder = '', runs] = process.argv.slice(2)
const appendsARun = 20
const warmUps = 2

const ts = '2026-11-22T07:20:00.101Z'
const content = 'A quiet desk in the reading room. '.repeat(30)
const recordAt = (index: number): MessageRecord => ({
  type: 'message',
  id: `entry-${index}`,
  parentId: index === 0 ? null : `entry-${index - 1}`,
  ts,
  role: index % 2 === 0 ? 'user' : 'assistant',
  content,
})

const session = await createSessionFile(join(folder, 'session.jsonl'), [{ type: 'session', v: 1, id: 'session', ts }])
const bare = await open(join(folder, 'bare.jsonl'), 'a')

async function timed(work: (index: number) => Promise<void>, from: number): Promise<number> {
  const begun = performance.now()
  for (let index = from; index < from + appendsARun; index += 1) await work(index)
  return (performance.now() - begun) / appendsARun
}

const pairs: Pair[] = []
for (let run = 0; run < warmUps + Number(runs); run += 1) {
  const from = run * appendsARun
  const own = await timed((index) => session.append([recordAt(index)]), from)
  const baseline = await timed(async (index) => {
    await bare.write(Buffer.from(`${JSON.stringify(recordAt(index))}\n`))
    await bare.datasync()
  }, from)
  if (run >= warmUps) pairs.push({ own, baseline })
}
await bare.close()
process.stdout.write(JSON.stringify(pairs))
