// Measures the engine of the search on a long history, against a bare loop that reads, parses and inserts the same words.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { createEngine, type Engine } from '../../electron/services/search/engine.ts'
import type { Pair } from './figure.ts'
import { numbersFrom, vocabularyOf, writeHistory, writeLongSession } from './history.ts'

const [folder = ''] = process.argv.slice(2)
const home = join(folder, 'history')
const sessions = 1_000
const messages = 250_000
const longEntries = 50_000
const rounds = 2

if (!existsSync(join(home, 'sessions'))) {
  writeHistory({ home, sessions, messages })
  writeLongSession(home, 'long', longEntries)
}

/** The least it can cost: every file read and parsed, and the texts of its messages inserted, into the same table. */
function bareLoop(): number {
  const path = join(folder, 'bare.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  const begun = performance.now()
  const database = new Sqlite(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.exec(`CREATE TABLE msg(id INTEGER PRIMARY KEY, file INT, ts INT, off INT, len INT);
    CREATE VIRTUAL TABLE fts USING fts5(body, tool, content='', contentless_delete=1, prefix='3', tokenize="unicode61 remove_diacritics 2")`)
  const addEntry = database.prepare('INSERT INTO msg VALUES (?, ?, ?, ?, ?)')
  const addText = database.prepare('INSERT INTO fts(rowid, body, tool) VALUES (?, ?, ?)')
  let id = 0
  for (const [file, name] of readdirSync(join(home, 'sessions')).entries()) {
    const lines = readFileSync(join(home, 'sessions', name), 'utf8').split('\n')
    database.transaction(() => {
      for (const line of lines) {
        if (line === '') continue
        const record = JSON.parse(line)
        if (record.type !== 'message') continue
        id += 1
        addEntry.run(id, file, Date.parse(record.ts), 0, line.length)
        const called = record.toolCalls ? JSON.stringify(record.toolCalls[0].arguments) : ''
        addText.run(id, record.role === 'tool' ? '' : record.content, record.role === 'tool' ? record.content : called)
      }
    })()
  }
  database.close()
  return performance.now() - begun
}

async function rebuilt(): Promise<{ engine: Engine; ms: number }> {
  rmSync(join(home, 'cache'), { recursive: true, force: true })
  mkdirSync(join(home, 'cache'))
  const engine = createEngine({ home, onStatus: () => undefined, log: (line) => process.stderr.write(`${line}\n`) })
  const begun = performance.now()
  engine.sweep()
  await engine.settled()
  return { engine, ms: performance.now() - begun }
}

/** What people ask for: 40 questions of each kind, made from a seed. Words of the history, of every rarity. */
function queryMix(): string[] {
  const words = vocabularyOf(1)
  const next = numbersFrom(7)
  const word = (from: number, to: number) => words[Math.floor(from + next() * (to - from))] ?? 'the'
  const rare = () => word(5_000, 30_000)
  const common = () => word(0, 9)
  const usual = () => word(9, 600)
  const han = [...'的一是在不了有和人这中大为上个国我以要他']
  const sign = () => han[Math.floor(next() * han.length)] ?? '的'
  const kinds = [
    () => `${rare()} `,
    () => `${common()} `,
    () => `${usual()} ${usual()} `,
    () => `"${common()} ${usual()}"`,
    () => usual().slice(0, 3),
    () => rare().slice(0, 5),
    () => sign() + sign(),
    () => sign(),
    () => `tool:run_command ${usual()} `,
    () => `role:user ${usual()} after:2025-02-01 `,
  ]
  return kinds.flatMap((kind) => Array.from({ length: 40 }, kind))
}

const pairs: Pair[] = []
let kept: Engine | null = null
for (let round = 0; round < rounds; round++) {
  await kept?.close()
  const baseline = bareLoop()
  const { engine, ms } = await rebuilt()
  kept = engine
  pairs.push({ own: ms, baseline })
}

const times: number[] = []
let unfound = 0
for (const text of queryMix()) {
  const begun = performance.now()
  const answer = await kept?.query({ text }, new AbortController().signal)
  // Reading the files is another thing, for what is not there.
  if (answer?.match === 'all' && answer.hits.length > 0) times.push(performance.now() - begun)
  else unfound += 1
}
await kept?.close()
times.sort((one, other) => one - other)
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
process.stderr.write(
  `search: ${times.length} queries, ${unfound} found nothing; median ${at(0.5).toFixed(1)}, p95 ${at(0.95).toFixed(1)}, longest ${at(1).toFixed(1)} ms\n`,
)
process.stdout.write(JSON.stringify({ pairs, p95: at(0.95) }))
