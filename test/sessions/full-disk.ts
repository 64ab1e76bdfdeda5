// A process on a disk of its own that it fills and empties: it says what it met, one JSON line a step.
import { readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { boot } from '../../electron/boot.ts'
import { readLog } from '../../electron/services/sessions/read-log.ts'

const [disk = '', host = ''] = process.argv.slice(2)
const filler = join(disk, 'filler')
const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`)
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function fill(): Promise<void> {
  for (const size of [65_536, 4_096, 1]) {
    for (;;) {
      try {
        await writeFile(filler, Buffer.alloc(size, 'x'), { flag: 'a' })
      } catch {
        break
      }
    }
  }
}

const app = await boot({
  homePath: join(disk, 'home'),
  flagHost: host,
  as: 'owner',
  environment: { CARREL_MEMORY_BYTES: '0' },
  surface: null,
  log: () => undefined,
})
const bridge = app.connect()
const request = (sessionId: string | null, text: string) => ({
  sessionId,
  text,
  model: null,
  think: null,
  workspace: null,
})
const ends: { runId: string; stop: string; error: unknown }[] = []
let ended = () => {}
bridge.on('run.frame', () => bridge.painted())
bridge.on('run.ended', (end) => {
  ends.push(end)
  ended()
})
const nextEnd = () => new Promise<void>((resolve) => (ended = resolve))

/** Sends, hears the first words, does something to the disk, lets the answer come, and says how the run ended. */
async function run(sessionId: string | null, text: string, meanwhile: () => Promise<void>): Promise<string> {
  const end = nextEnd()
  const answer = await bridge.call('chat.send', request(sessionId, text))
  if (!answer.ok) throw new Error(answer.failure.message)
  await orders.next()
  await meanwhile()
  say({ step: 'ready' })
  await end
  const { stop, error } = ends.at(-1) ?? {}
  say({ step: text, stop, error })
  return answer.value.sessionId
}

async function state(sessionId: string): Promise<object> {
  const bytes = await readFile(join(disk, 'home', 'sessions', `${sessionId}.jsonl`))
  const { records, diagnostics } = readLog(bytes)
  return { records: records.map((record) => record['content'] ?? record.type), bad: diagnostics.length }
}

const sessionId = await run(null, 'first', async () => undefined)
await fill()
const refused = await bridge.call('chat.send', request(sessionId, 'too much '.repeat(2_000)))
say({ step: 'full', refused: refused.ok ? null : refused.failure.code, ...(await state(sessionId)) })
const refusedNew = await bridge.call('chat.send', request(null, 'a new one '.repeat(2_000)))
const { sessions } = await app.services.sessions.list('all')
say({ step: 'new', refused: refusedNew.ok ? null : refusedNew.failure.code, sessions: sessions.length })
const settings = await bridge.call('settings.update', { theme: 'dark' })
say({ step: 'settings', refused: settings.ok ? null : settings.failure.code })
await unlink(filler)
await run(sessionId, 'second', fill)
await unlink(filler)
await run(sessionId, 'third', async () => undefined)
say({ step: 'room', ...(await state(sessionId)) })
await app.close()
process.exit(0)
