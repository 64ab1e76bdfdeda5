// Brings the index to what the files say: what was appended from where it ends, everything else anew. Each piece is one transaction
// that also says how far it came, so an end at any moment costs nothing but that piece.
import { createHash } from 'node:crypto'
import { attachmentsOf } from '../../../shared/attachment-kinds.ts'
import { errorCode } from '../../../shared/disk-failure.ts'
import { type SessionRecord, sessionHeader, titleRecord } from '../../../shared/session.ts'
import { callsOf, type RecordedCall } from '../../../shared/session-tree.ts'
import { questionTitle, titleLimit } from '../../../shared/title.ts'
import { type FoundRecord, readLines } from '../sessions/read-log.ts'
import { type Database, readInfo, sqliteCode, writeInfo } from './database.ts'
import { type Document, documentOf, timeOf } from './documents.ts'
import { type Lying, lyingIn, lyingOf, type OpenFile, openFile, pieceSize } from './session-bytes.ts'
import { addToSum, emptySum, idSum } from './sums.ts'
import { namePartsIn, spaced } from './tokens.ts'

export interface FileRow {
  id: number
  sid: string
  archived: number
  size: number
  mtime: string
  ino: string
  indexed: number
  planned: number
  next: number
  sum: string
  tail: string
  title: string
  title_by: 'user' | 'other' | 'derived' | ''
  title_id: number | null
  workspace: string | null
  pinned: number
  updated: number | null
  entries: number
}

/** Every record takes at least so many bytes, so a file has no more ids than this says. */
const leastRecord = 16
const tailLength = 4_096
/** A file up to this size is compared as a whole whenever it has grown; a larger one at the next sweep, which its time tells. */
const summedAtOnce = 8_388_608
/** What a transaction reads: as much as a question may have to wait for, 100 to 200 ms. */
const batchBytes = 1_048_576
const mostInBatch = 64
/** Of so many sessions it is remembered which entries they have: of those that are being worked in. */
const remembered = 4
/** Rows that are taken away at once. */
const purgedAtOnce = 2_000

export const roleNumber = { user: 1, assistant: 2, tool: 3 } as const

export interface CatchUp {
  /** Looks at every file, and plans what is to be read, the newest first. Throws when the folder cannot be read. */
  sweep(): void
  /** Looks at one session, which its writer has changed: nothing but its end is compared. */
  touch(sid: string): void
  /** Does one piece of what is planned; false when nothing is left. */
  step(): boolean
  progress(): { files: number; of: number }
  isIdle(): boolean
}

export function createCatchUp(database: Database, folder: string): CatchUp {
  const rows = database.prepare("SELECT * FROM file WHERE state = 'ok'")
  const rowOf = database.prepare("SELECT * FROM file WHERE state = 'ok' AND sid = ?")
  const addFile = database.prepare(`INSERT INTO file
    (sid, archived, state, size, mtime, ino, indexed, planned, next, sum, tail, title, title_by, title_id, workspace, pinned, updated, entries)
    VALUES (?, ?, 'ok', 0, '', '', 0, ?, ?, '${emptySum}', '', '', '', NULL, NULL, 0, NULL, 0)`)
  const setGone = database.prepare("UPDATE file SET state = 'gone' WHERE id = ?")
  const gone = database.prepare("SELECT id FROM file WHERE state = 'gone' LIMIT 1").pluck()
  const setPlace = database.prepare('UPDATE file SET archived = ?, size = ?, mtime = ?, ino = ? WHERE id = ?')
  const writer = createWriter(database)
  /** Sessions that are to be read, the last one first. */
  let planned: string[] = []
  /** Those of which it is known that lines were only added. */
  const grown = new Set<string>()
  /** What could not be read, until it is looked at again. */
  const unreadable = new Set<string>()
  let of = 0

  function sweep(): void {
    const lying = lyingIn(folder)
    database
      .transaction(() => {
        const known = new Map(all<FileRow>(rows).map((row) => [row.sid, row]))
        for (const [sid, row] of known) if (!lying.has(sid)) setGone.run(row.id)
        const changed: Lying[] = []
        const news: Lying[] = []
        for (const file of lying.values()) {
          const row = known.get(file.sid)
          if (!row) news.push(file)
          else if (!isSame(row, file)) changed.push(file)
          else if (row.archived !== Number(file.archived))
            setPlace.run(Number(file.archived), file.size, file.mtime, file.ino, row.id)
        }
        const byTime = (one: Lying, other: Lying) => (BigInt(one.mtime) < BigInt(other.mtime) ? -1 : 1)
        news.sort(byTime)
        for (const file of news) plan(file)
        planned = [...news, ...changed].sort(byTime).map(({ sid }) => sid)
      })
      .immediate()
    grown.clear()
    unreadable.clear()
    of = lying.size
  }

  /** Gives a file its range of ids. */
  function plan(file: Lying): void {
    const next = readInfo(database, 'next')
    addFile.run(file.sid, Number(file.archived), file.size, next)
    writeInfo(database, 'next', next + Math.ceil(file.size / leastRecord) + 2)
  }

  function touch(sid: string): void {
    if (!planned.includes(sid)) grown.add(sid)
    planned = planned.filter((other) => other !== sid)
    planned.push(sid)
    of = Math.max(of, planned.length)
  }

  /** One piece of one file, within a transaction. True when that file is done. */
  function readOn(sid: string): boolean {
    const lying = lyingOf(folder, sid)
    let row = get<FileRow>(rowOf, sid)
    if (!lying) {
      if (row) setGone.run(row.id)
      return true
    }
    if (row && isSame(row, lying)) {
      if (row.archived !== Number(lying.archived))
        setPlace.run(Number(lying.archived), lying.size, lying.mtime, lying.ino, row.id)
      return true
    }
    const file = openFile(lying.path)
    try {
      if (row && !continues(row, lying, file)) {
        setGone.run(row.id)
        row = undefined
      }
      if (!row) {
        plan(lying)
        row = get<FileRow>(rowOf, sid)
      }
      if (!row) throw new Error('a row that was just written is not there')
      const bytes = file.lines(row.indexed, lying.size)
      if (bytes) writer.write(row, bytes, file)
      const isDone = bytes === null || row.indexed >= lying.size
      // Only a file that was read to its end is known by its size and time.
      if (isDone) Object.assign(row, { size: lying.size, mtime: isTrusted(row) + lying.mtime, ino: lying.ino })
      row.archived = Number(lying.archived)
      writer.keep(row)
      return isDone
    } finally {
      file.close()
    }
  }

  /**
   * The newest of what is planned, as much of it as one transaction reads. The oldest of them first: where ids go back, the index of
   * words begins a segment of its own.
   */
  function nextBatch(): string[] {
    const batch: string[] = []
    let bytes = 0
    for (let at = planned.length - 1; at >= 0 && bytes < batchBytes && batch.length < mostInBatch; at--) {
      const sid = planned[at] ?? ''
      batch.unshift(sid)
      bytes += (lyingOf(folder, sid)?.size ?? 0) - (get<FileRow>(rowOf, sid)?.indexed ?? 0)
    }
    return batch
  }

  function readSome(): void {
    const before = { planned: [...planned], grown: [...grown] }
    let sid = ''
    try {
      database
        .transaction(() => {
          for (const next of nextBatch()) {
            sid = next
            if (!readOn(sid)) continue
            planned = planned.filter((other) => other !== sid)
            grown.delete(sid)
            unreadable.delete(sid)
          }
        })
        .immediate()
    } catch (thrown) {
      // Nothing of it has happened.
      writer.forget()
      planned = before.planned
      for (const each of before.grown) grown.add(each)
      // One file that cannot be read is that file's trouble; what the database says is the index's.
      if (errorCode(thrown) === undefined || sqliteCode(thrown) !== null) throw thrown
      unreadable.add(sid)
      planned = planned.filter((other) => other !== sid)
      grown.delete(sid)
    }
  }

  const isTrusted = (row: FileRow) => (grown.has(row.sid) && row.indexed > summedAtOnce ? '~' : '')

  /** Whether what is in the index of it is still the beginning of the file. */
  function continues(row: FileRow, lying: Lying, file: OpenFile): boolean {
    if (row.indexed === 0) return true
    if (lying.size < row.indexed) return false
    const from = Math.max(0, row.indexed - tailLength)
    if (tailOf(file.read(from, row.indexed - from)) !== row.tail) return false
    // In the middle of a first reading its end is enough, too: nothing was known of the file before.
    if (row.mtime === '') return true
    if (grown.has(row.sid) && row.indexed > summedAtOnce) return true
    let sum = emptySum
    for (let at = 0; at < row.indexed; ) {
      const piece = file.read(at, Math.min(pieceSize, row.indexed - at))
      if (piece.length === 0) return false
      sum = addToSum(sum, piece)
      at += piece.length
    }
    return sum === row.sum
  }

  function purge(): boolean {
    const id = gone.get()
    if (typeof id !== 'number') return false
    database.transaction(() => writer.purge(id)).immediate()
    return true
  }

  return {
    sweep,
    touch,
    step() {
      if (planned.length === 0) return purge()
      readSome()
      return true
    },
    isIdle: () => planned.length === 0 && gone.get() === undefined,
    progress: () => ({ files: Math.max(0, of - planned.length - unreadable.size), of }),
  }
}

function isSame(row: FileRow, lying: Lying): boolean {
  return row.size === lying.size && row.mtime === lying.mtime && row.ino === lying.ino
}

function tailOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** better-sqlite3 answers `unknown`; what a row holds is what this file has written. */
const all = <Row>(statement: { all(...given: unknown[]): unknown[] }, ...given: unknown[]) =>
  statement.all(...given) as Row[]
const get = <Row>(statement: { get(...given: unknown[]): unknown }, ...given: unknown[]) =>
  statement.get(...given) as Row | undefined

/** A call of a session that is in the index, read from its record. */
export function calledIn(database: Database, fileId: number, callId: string, file: OpenFile): RecordedCall | null {
  const place = get<{ off: number; len: number }>(
    database.prepare('SELECT off, len FROM call WHERE file = ? AND cid = ?'),
    fileId,
    idSum(callId),
  )
  if (!place) return null
  const [found] = readLines(file.read(place.off, place.len), place.off)
  return (found && callsOf(found.record).find(({ id }) => id === callId)) ?? null
}

function createWriter(database: Database) {
  const addEntry = database.prepare('INSERT INTO msg VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const addText = database.prepare(
    'INSERT INTO fts(rowid, title, body, tool, name, file, host, skill, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const dropText = database.prepare('DELETE FROM fts WHERE rowid = ?')
  const dropEntry = database.prepare('DELETE FROM msg WHERE id = ?')
  const allOf = database.prepare('SELECT eid, off, len FROM msg WHERE file = ? AND off >= 0 ORDER BY off DESC').raw()
  const entriesOf = database.prepare(`SELECT id FROM msg WHERE file = ? LIMIT ${purgedAtOnce}`).pluck()
  const dropCalls = database.prepare('DELETE FROM call WHERE file = ?')
  const dropFile = database.prepare('DELETE FROM file WHERE id = ?')
  const addCall = database.prepare('INSERT OR IGNORE INTO call VALUES (?, ?, ?, ?)')
  const addModel = database.prepare('INSERT OR IGNORE INTO model(name) VALUES (?)')
  const modelBy = database.prepare('SELECT id FROM model WHERE name = ?').pluck()
  const models = new Map<string, number>()
  const keepRow =
    database.prepare(`UPDATE file SET archived = @archived, size = @size, mtime = @mtime, ino = @ino, indexed = @indexed,
    next = @next, sum = @sum, tail = @tail, title = @title, title_by = @title_by, title_id = @title_id, workspace = @workspace,
    pinned = @pinned, updated = @updated, entries = @entries WHERE id = @id`)

  function modelNumber(name: string): number {
    const known = models.get(name)
    if (known !== undefined) return known
    addModel.run(name)
    const id = Number(modelBy.get(name))
    models.set(name, id)
    return id
  }

  /** The next id for what stands at this place of the file. */
  function nextId(row: FileRow, offset: number): number {
    if (offset < row.planned) return row.next++
    const next = readInfo(database, 'next')
    writeInfo(database, 'next', next + 1)
    return next
  }

  function addDocument(row: FileRow, found: FoundRecord, eid: number, isTwice: boolean, document: Document): void {
    const id = nextId(row, found.start)
    const { role, ts, model } = document
    const modelId = model === null ? null : modelNumber(model.slice(0, 400))
    addEntry.run(
      id,
      row.id,
      eid,
      role === null ? 0 : roleNumber[role],
      ts,
      modelId,
      found.start,
      found.end - found.start,
      Number(isTwice),
    )
    let body = ''
    let tool = ''
    for (const { part, text } of document.parts) {
      if (part === 'question' || part === 'answer' || part === 'summary') body += `${text}\n`
      else if (part !== 'skill') tool += `${text}\n`
    }
    const joined = (texts: readonly string[]) => spaced(texts.join(' \n '))
    const { tools, files, hosts, skills } = document
    const parts = namePartsIn(body + tool)
    addText.run(id, '', spaced(body), spaced(tool), joined(tools), joined(files), joined(hosts), joined(skills), parts)
  }

  /** The title of a session is found as if it were an entry of it, without a place. */
  function keepTitle(row: FileRow, title: string, by: FileRow['title_by']): void {
    row.title_by = by
    if (title === row.title) return
    row.title = title
    if (row.title_id !== null) {
      dropText.run(row.title_id)
      dropEntry.run(row.title_id)
    }
    const id = nextId(row, 0)
    addEntry.run(id, row.id, 0, 0, null, null, -1, 0, 0)
    addText.run(id, spaced(`${title} ${namePartsIn(title)}`), '', '', '', '', '', '', '')
    row.title_id = id
  }

  function takeFacts(row: FileRow, record: SessionRecord): void {
    if (record.type === 'session' && row.workspace === null) {
      const header = sessionHeader.safeParse(record)
      if (header.success && header.data.workspace) row.workspace = header.data.workspace
    } else if (record.type === 'title') {
      const given = titleRecord.safeParse(record)
      if (!given.success || given.data.title.trim() === '') return
      const byUser = given.data.by === 'user'
      if (byUser || row.title_by !== 'user')
        keepTitle(row, given.data.title.slice(0, titleLimit).replace(/[\uD800-\uDBFF]$/, ''), byUser ? 'user' : 'other')
    } else if (record.type === 'meta' && 'pinned' in record && typeof record['pinned'] === 'boolean') {
      row.pinned = Number(record['pinned'])
    } else if (record.type === 'message' && 'role' in record) {
      row.entries += 1
      const ts = timeOf(record)
      if (ts !== null) row.updated = ts
      if (row.title_by === '' && record.role === 'user' && typeof record.content === 'string') {
        keepTitle(row, questionTitle(record.content, attachmentsOf(record)), 'derived')
      }
    }
  }

  /** The entries of a file that are in the index up to a place of it, by the sums of their ids. */
  type Seen = Map<number, { off: number; len: number }>
  const seenBy = new Map<number, { upTo: number; seen: Seen }>()

  function seenOf({ id, indexed }: FileRow): Seen {
    const known = seenBy.get(id)
    seenBy.delete(id)
    if (known?.upTo === indexed) return known.seen
    const seen: Seen = new Map()
    if (indexed === 0) return seen
    // The first of two with the same id comes last, and stays.
    for (const [eid, off, len] of allOf.iterate(id) as IterableIterator<[number, number, number]>)
      seen.set(eid, { off, len })
    return seen
  }

  return {
    /** All of these lines, which follow what the row knows. */
    write(row: FileRow, bytes: Buffer, file: OpenFile): void {
      const base = row.indexed
      const seen = seenOf(row)
      const calls = new Map<string, RecordedCall>()
      const callOf = (callId: string) => calls.get(callId) ?? calledIn(database, row.id, callId, file)
      for (const found of readLines(bytes, base)) {
        const { record, start, end } = found
        const eid = typeof record.id === 'string' && record.type !== 'session' ? idSum(record.id) : null
        let isTwice = false
        if (eid !== null) {
          const first = seen.get(eid)
          if (first) {
            // A line that was written twice is one; another one with the same id is known by its place.
            if (file.read(first.off, first.len).equals(bytes.subarray(start - base, end - base))) continue
            isTwice = true
          }
        }
        takeFacts(row, record)
        for (const call of callsOf(record)) {
          if (!calls.has(call.id)) calls.set(call.id, call)
          addCall.run(row.id, idSum(call.id), start, end - start)
        }
        const document = eid === null ? null : documentOf(record, callOf)
        if (document && eid !== null) {
          addDocument(row, found, eid, isTwice, document)
          if (!isTwice) seen.set(eid, { off: start, len: end - start })
        }
      }
      row.indexed = base + bytes.length
      row.sum = addToSum(row.sum, bytes)
      const from = Math.max(0, row.indexed - tailLength)
      row.tail = tailOf(file.read(from, row.indexed - from))
      seenBy.set(row.id, { upTo: row.indexed, seen })
      for (const oldest of seenBy.keys()) if (seenBy.size > remembered) seenBy.delete(oldest)
    },
    keep: (row: FileRow) => void keepRow.run(row),
    /** What was written last is not in the database after all. */
    forget: () => seenBy.clear(),
    /** Some of the rows of a file that counts no more; the file's own row when no other is left. */
    purge(file: number): void {
      const ids = entriesOf.all(file)
      for (const id of ids) {
        dropText.run(id)
        dropEntry.run(id)
      }
      if (ids.length > 0) return
      dropCalls.run(file)
      dropFile.run(file)
    },
  }
}
