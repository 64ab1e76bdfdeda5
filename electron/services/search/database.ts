// The database of the index: its schema, and how it is opened, judged and thrown away. The only file that knows better-sqlite3.
import { rmSync } from 'node:fs'
import Sqlite, { type Database as SqliteDatabase } from 'better-sqlite3'

export type Database = SqliteDatabase

/** Of schema, tokens and documents together: another one than the file has makes it anew. */
export const indexVersion = 1

/**
 * `file` has one row a session, and another one while the rows of an earlier reading of it are being taken away (`state` gone).
 * Rowids of `fts` are those of `msg`; it holds no text. Ids grow with time, as far as that is known, so that the newest come first
 * by them alone: a file that is read for the first time has a range of ids of its own (`next` to what `planned` bytes can need), and
 * whatever is appended later on takes the next ones. The index of beginnings costs half as much again; without it the first letters of
 * a word take as long as all its words together, which is what is asked for at every key.
 */
const schema = `
CREATE TABLE info(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO info VALUES ('next', 1), ('unclean', 0);
CREATE TABLE file(
  id INTEGER PRIMARY KEY, sid TEXT NOT NULL, archived INT NOT NULL, state TEXT NOT NULL,
  size INT NOT NULL, mtime TEXT NOT NULL, ino TEXT NOT NULL,
  indexed INT NOT NULL, planned INT NOT NULL, next INT NOT NULL, sum TEXT NOT NULL, tail TEXT NOT NULL,
  title TEXT NOT NULL, title_by TEXT NOT NULL, title_id INT, workspace TEXT, pinned INT NOT NULL, updated INT, entries INT NOT NULL);
CREATE UNIQUE INDEX file_sid ON file(sid) WHERE state = 'ok';
CREATE TABLE msg(id INTEGER PRIMARY KEY, file INT NOT NULL, eid INT NOT NULL, role INT NOT NULL, ts INT,
  model INT, off INT NOT NULL, len INT NOT NULL, twice INT NOT NULL);
CREATE INDEX msg_file ON msg(file);
CREATE TABLE call(file INT NOT NULL, cid INT NOT NULL, off INT NOT NULL, len INT NOT NULL, PRIMARY KEY(file, cid)) WITHOUT ROWID;
CREATE TABLE model(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE fts USING fts5(title, body, tool, name, file, host, skill, parts,
  content='', contentless_delete=1, prefix='3', tokenize="unicode61 remove_diacritics 2");
PRAGMA user_version = ${indexVersion};
`

export interface OpenedDatabase {
  database: Database
  /** It was made now, because there was none, or none that could be used. */
  isNew: boolean
}

/** Opens it, or makes it anew where it is missing, damaged or of another version. Throws when the disk takes none. */
export function openDatabase(path: string): OpenedDatabase {
  try {
    const opened = tryOpen(path)
    if (opened) return opened
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
  }
  removeDatabase(path)
  const made = tryOpen(path)
  if (!made) throw new Error('a new index is of another version')
  return made
}

/** null when it is of another version. */
function tryOpen(path: string): OpenedDatabase | null {
  const database = new Sqlite(path)
  try {
    // Two processes at once happen for a moment, when one was left behind by an app that was killed.
    database.pragma('busy_timeout = 5000')
    database.pragma('journal_mode = WAL')
    // A loss of power may take the last transactions, whole; the files are read again from there.
    database.pragma('synchronous = NORMAL')
    // What an index holds is in the sessions; nothing of it needs more memory than a question does.
    database.pragma('cache_size = -16000')
    const isNew = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
    if (isNew) database.transaction(() => database.exec(schema)).immediate()
    if (database.pragma('user_version', { simple: true }) !== indexVersion) {
      database.close()
      return null
    }
    const wasUnclean = !isNew && readInfo(database, 'unclean') === 1
    if (wasUnclean && !isSound(database)) {
      database.close()
      return null
    }
    writeInfo(database, 'unclean', 1)
    return { database, isNew }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/** After it the next opening asks for no check. */
export function closeDatabase(database: Database): void {
  try {
    writeInfo(database, 'unclean', 0)
  } finally {
    database.close()
  }
}

export function removeDatabase(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(path + ending, { force: true })
}

function isSound(database: Database): boolean {
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') return false
  try {
    database.exec("INSERT INTO fts(fts) VALUES ('integrity-check')")
    return true
  } catch (thrown) {
    if (isDamage(thrown)) return false
    throw thrown
  }
}

const damageCodes = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT', 'SQLITE_ERROR', 'SQLITE_MISMATCH']

/** What only making it anew can mend. A table that is missing is such a thing, too. */
export function isDamage(thrown: unknown): boolean {
  return damageCodes.some((code) => sqliteCode(thrown)?.startsWith(code))
}

export function isFull(thrown: unknown): boolean {
  return sqliteCode(thrown)?.startsWith('SQLITE_FULL') ?? false
}

export function sqliteCode(thrown: unknown): string | null {
  return thrown instanceof Sqlite.SqliteError ? thrown.code : null
}

export function readInfo(database: Database, key: 'next' | 'unclean'): number {
  return Number(database.prepare('SELECT v FROM info WHERE k = ?').pluck().get(key))
}

export function writeInfo(database: Database, key: 'next' | 'unclean', value: number): void {
  database.prepare('UPDATE info SET v = ? WHERE k = ?').run(value, key)
}
