// Measures the first list of a thousand sessions, against looking at each file and reading its first line.
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSessionList } from '../../electron/services/sessions/session-list.ts'
import { sessionsFolder } from '../../electron/services/sessions/sessions-folder.ts'
import type { Pair } from './figure.ts'

const [folder = '', runs] = process.argv.slice(2)
const home = join(folder, 'list')
const files = join(home, 'sessions')
const sessions = 1_000
const messagesEach = 20
const warmUps = 2
const atOnce = 32

const ts = '2026-11-22T07:20:00.101Z'
const content = 'A quiet desk in the reading room. '.repeat(10)

await mkdir(files, { recursive: true })
for (let index = 0; index < sessions; index += 1) {
  const id = `0199${String(index).padStart(4, '0')}-0000-7000-8000-000000000000`
  const lines: object[] = [{ type: 'session', v: 1, id, ts, app: 'carrel/0.1.0', workspace: '/home/somebody/tidelog' }]
  for (let at = 0; at < messagesEach; at += 1) {
    const role = at % 2 === 0 ? 'user' : 'assistant'
    lines.push({ type: 'message', id: `m${at}`, parentId: at === 0 ? null : `m${at - 1}`, ts, role, content })
  }
  await writeFile(join(files, `${id}.jsonl`), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
}

const log = (line: string) => process.stderr.write(`${line}\n`)
/** As if all of them had been written long ago: what was touched just now is not kept. */
const later = () => Date.now() + 60_000
const startList = () => createSessionList({ home: { path: home, readOnly: null }, surroundings: { log }, now: later })
const listAll = async (list: ReturnType<typeof startList>) =>
  await list.summaries(await sessionsFolder(home).list(), () => true)

async function own(): Promise<void> {
  const listed = await listAll(startList())
  if (listed.length !== sessions) throw new Error(`${listed.length} sessions were listed`)
}

async function bare(): Promise<void> {
  const names = await readdir(files)
  const heads: unknown[] = []
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce).map(async (name) => {
      const path = join(files, name)
      await stat(path)
      const handle = await open(path)
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(512), 0, 512, 0)
        const head = buffer.toString('utf8', 0, bytesRead)
        heads.push(JSON.parse(head.slice(0, head.indexOf('\n'))))
      } finally {
        await handle.close()
      }
    })
    await Promise.all(some)
  }
  if (heads.length !== sessions) throw new Error(`${heads.length} heads were read`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const first = startList()
const begun = performance.now()
await listAll(first)
log(`without the cache: ${(performance.now() - begun).toFixed(0)} ms`)
await first.close()

const pairs: Pair[] = []
for (let run = 0; run < warmUps + Number(runs); run += 1) {
  const pair = { own: await timed(own), baseline: await timed(bare) }
  if (run >= warmUps) pairs.push(pair)
}
process.stdout.write(JSON.stringify(pairs))
