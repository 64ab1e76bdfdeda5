// Measures how long a session of 50,000 entries takes to open at its end, against parsing every line of its file.
import { link, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { boot } from '../../electron/boot.ts'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import type { Pair } from './figure.ts'

const [folder = '', runs] = process.argv.slice(2)
const entries = 50_000
const warmUps = 2

const home = join(folder, 'big-home')
const first = join(home, 'sessions', 'big-0.jsonl')
await writeBigSession(first, { entries })
// Under another name it is another session: none of them was opened before.
for (let run = 1; run < warmUps + Number(runs); run += 1) {
  await link(first, join(home, 'sessions', `big-${run}.jsonl`))
}
const app = await boot({
  homePath: home,
  flagHost: null,
  as: 'owner',
  environment: {},
  surface: null,
  log: () => undefined,
})
const bridge = app.connect()
// The search index, a process of its own, reads new sessions at a start: that is none of what is measured.
await pause(20_000)

setFlagsFromString('--expose-gc')
/** What one of the two has left behind is not cleared away in the time of the other. */
const clearAway: () => void = runInNewContext('gc')

const pairs: Pair[] = []
for (let run = 0; run < warmUps + Number(runs); run += 1) {
  clearAway()
  let begun = performance.now()
  const answer = await bridge.call('sessions.open', {
    sessionId: `big-${run}`,
    slice: { at: 'end', entryId: null, branch: null },
  })
  const own = performance.now() - begun
  if (!answer.ok || answer.value.entries.at(-1)?.id !== entryIdOf(entries - 1)) throw new Error('it did not open')
  clearAway()
  begun = performance.now()
  const bytes = await readFile(first)
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start)
    JSON.parse(bytes.toString('utf8', start, end))
    start = end + 1
  }
  if (run >= warmUps) pairs.push({ own, baseline: performance.now() - begun })
}
await app.close()
process.stdout.write(JSON.stringify(pairs), () => process.exit(0))
