// The index process beside files that change in every way: what is in the index in the end is what a new one would have.
import { appendFile, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SidePort } from '../../electron/contracts.ts'
import type { FromIndex, ToIndex } from '../../electron/services/search/wire.ts'
import { sideStarter } from '../../electron/side-process.ts'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'
import { engineOn, type Library, library } from './library.ts'

const built = join(import.meta.dirname, '..', '..', 'dist', 'electron')

/** The real process, as the main process starts it; begun anew when it was killed. */
function indexProcess(home: string) {
  let port: SidePort | null = null
  let lastId = 0
  let waiting = new Map<number, () => void>()
  const started = (): SidePort => {
    if (port) return port
    const mine = sideStarter(built)('index-process')
    mine.onMessage((said) => {
      const one = said as FromIndex
      if ('id' in one) waiting.get(one.id)?.()
    })
    mine.send({ type: 'open', home } satisfies ToIndex)
    port = mine
    return mine
  }
  const ended = async (end: (mine: SidePort) => void) => {
    if (!port) return
    const mine = port
    port = null
    waiting = new Map()
    const gone = new Promise<string>((resolve) => mine.onExit(resolve))
    end(mine)
    return await gone
  }
  return {
    send: (order: ToIndex) => started().send(order),
    kill: () => ended((mine) => mine.kill()),
    close: () => ended((mine) => mine.send({ type: 'close' } satisfies ToIndex)),
    /** Until everything that was told it is done. */
    async settled() {
      const id = ++lastId
      const answered = new Promise<void>((resolve) => waiting.set(id, resolve))
      started().send({ type: 'query', id, query: { text: 'x' }, settle: true } satisfies ToIndex)
      await answered
    },
  }
}

/** Everything the database says of the sessions, whatever ids and order it has them in. */
function contentOf(home: string) {
  const database = new Sqlite(join(home, 'cache', 'search.db'), { readonly: true })
  try {
    const sessions = database
      .prepare(
        "SELECT id, sid, archived, indexed, sum, title, title_by, workspace, pinned, updated, entries FROM file WHERE state = 'ok' ORDER BY sid",
      )
      .all() as { id: number; sid: string }[]
    const leftOver = database.prepare("SELECT count(*) FROM file WHERE state <> 'ok'").pluck().get()
    const rows = database
      .prepare(
        'SELECT f.sid, m.off, m.len, m.eid, m.role, m.ts, m.twice, (SELECT name FROM model WHERE id = m.model) AS model FROM msg m JOIN file f ON f.id = m.file ORDER BY f.sid, m.off',
      )
      .all()
    const words = [...'abcdefgh', 'hidden', '静', 'title', 'npm'].map((word) => ({
      word,
      places: database
        .prepare(
          'SELECT f.sid, m.off FROM fts JOIN msg m ON m.id = fts.rowid JOIN file f ON f.id = m.file WHERE fts MATCH ? ORDER BY f.sid, m.off',
        )
        .all(`"${word}"`),
    }))
    const lost = database.prepare('SELECT count(*) FROM fts WHERE rowid NOT IN (SELECT id FROM msg)').pluck().get()
    return { sessions: sessions.map(({ id: _id, ...rest }) => rest), leftOver, rows, words, lost }
  } finally {
    database.close()
  }
}

const sids = ['one', 'two', 'three']
const sid = fc.constantFrom(...sids)
const words = fc.array(fc.constantFrom(...'abcdefgh', '静か', 'hidden', 'XMLParser'), { minLength: 1, maxLength: 6 })

type FileDeed =
  | { do: 'append'; sid: string; words: string[]; isTwice: boolean; withCall: boolean }
  | { do: 'name' | 'archive' | 'restore' | 'remove' | 'tear'; sid: string }
  | { do: 'damage'; sid: string; at: number; byte: number }
  | { do: 'cut'; sid: string; at: number }

type Deed =
  | FileDeed
  | { do: 'touch'; sid: string }
  | { do: 'sweep' }
  | { do: 'kill' }
  | { do: 'close' }
  | { do: 'settle' }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      sid,
      words,
      isTwice: fc.boolean(),
      withCall: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('name' as const, 'archive' as const, 'restore' as const, 'remove' as const, 'tear' as const),
      sid,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('damage' as const), sid, at: fc.nat(), byte: fc.nat(255) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), sid, at: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('touch' as const), sid }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Deed>({ do: 'sweep' }, { do: 'kill' }, { do: 'close' }, { do: 'settle' }),
  },
)

let count = 0
function linesFor(deed: Extract<FileDeed, { do: 'append' }>): Line[] {
  count += 1
  const said = message(deed.isTwice ? 'same' : `m${count}`, null, {
    content: deed.words.join(' '),
    role: count % 2 ? 'user' : 'assistant',
  })
  if (!deed.withCall) return [said]
  const toolCalls = [{ id: `c${count}`, name: 'run_command', arguments: { command: `npm ${deed.words[0]}` } }]
  const call = message(`k${count}`, null, { content: '', role: 'assistant', toolCalls })
  const approval = {
    type: 'approval',
    id: `p${count}`,
    parentId: `k${count}`,
    ts: '2026-11-22T08:00:02.000Z',
    callId: `c${count}`,
    decision: 'allow',
    scope: 'once',
    by: 'user',
  }
  return [said, call, approval]
}

async function act(shelf: Library, one: FileDeed): Promise<void> {
  const names = await readdir(join(shelf.home, 'sessions'))
  const isArchived = !names.includes(`${one.sid}.jsonl`) && names.includes(`${one.sid}.jsonl.archived`)
  const path = shelf.at(one.sid, isArchived)
  const isThere = isArchived || names.includes(`${one.sid}.jsonl`)
  if (one.do === 'append') return await appendFile(path, toBytes(...(isThere ? [] : [header]), ...linesFor(one)))
  if (!isThere) return
  if (one.do === 'tear') await appendFile(path, '{"type":"message","id":"torn","content":"hidden')
  else if (one.do === 'name') {
    const title: Line = {
      type: 'title',
      id: `t${++count}`,
      ts: '2026-11-22T09:00:00.000Z',
      title: `title ${count}`,
      by: count % 2 ? 'user' : 'model',
    }
    await appendFile(path, toBytes(title))
  } else if (one.do === 'archive') await rename(path, shelf.at(one.sid, true))
  else if (one.do === 'restore') await rename(path, shelf.at(one.sid))
  else if (one.do === 'remove') await rm(path)
  else if (one.do === 'cut' || one.do === 'damage') {
    const bytes = await readFile(path)
    if (one.do === 'cut') return await truncate(path, one.at % (bytes.length + 1))
    if (bytes.length === 0) return
    bytes[one.at % bytes.length] = one.byte
    await writeFile(path, bytes)
  }
}

test('after any appends, moves, damage and kills the index is what a new one would be', {
  timeout: 170_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 30 }), async (deeds) => {
      const shelf = await library()
      const index = indexProcess(shelf.home)
      try {
        for (const one of deeds) {
          if (one.do === 'touch') index.send({ type: 'touch', sids: [one.sid] })
          else if (one.do === 'sweep') index.send({ type: 'sweep' })
          else if (one.do === 'settle') await index.settled()
          else if (one.do === 'kill') await index.kill()
          else if (one.do === 'close') await index.close()
          else await act(shelf, one)
        }
        index.send({ type: 'sweep' })
        await index.settled()
      } finally {
        await index.close()
      }
      const followed = contentOf(shelf.home)
      await rm(join(shelf.home, 'cache'), { recursive: true })
      const anew = await engineOn(shelf)
      await anew.close()
      expect(followed).toEqual({ ...contentOf(shelf.home), leftOver: 0, lost: 0 })
    }),
    { numRuns: 60 },
  )
})

test('a process that is killed in the middle of a first reading goes on from there', { timeout: 60_000 }, async () => {
  const shelf = await library()
  for (let file = 0; file < 30; file++) {
    const lines = Array.from({ length: 200 }, (_, index) =>
      message(`m${index}`, null, { content: `word${index} of ${file}` }),
    )
    await shelf.write(`s${file}`, header, ...lines)
  }
  const index = indexProcess(shelf.home)
  for (let kill = 0; kill < 5; kill++) {
    index.send({ type: 'sweep' })
    await index.kill()
  }
  await index.settled()
  await index.close()
  const followed = contentOf(shelf.home)
  expect(followed.rows).toHaveLength(30 * 201)
  await rm(join(shelf.home, 'cache'), { recursive: true })
  await (await engineOn(shelf)).close()
  expect(followed).toEqual(contentOf(shelf.home))
})
