// Archives that somebody has made to do harm: refused whole, before anything is written where it counts.
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { stageBackup } from '../../electron/services/backup/stage-backup.ts'
import { belongs, isSafePath } from '../../shared/data-places.ts'
import type { Failure } from '../../shared/failure.ts'
import { type RawEntry, rawBackup, rawZip } from '../support/raw-zip.ts'
import { temporaryFolder } from '../support/temp.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder, 'beside'))
})

async function stage(bytes: Buffer, foldsCase = false): Promise<Failure | null> {
  const path = join(folder, 'b.zip')
  await writeFile(path, bytes)
  return await stageBackup({
    path,
    into: join(folder, 'beside', 'staged'),
    withRights: true,
    present: async () => null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    foldsCase,
  }).then(
    () => null,
    (thrown) => thrown.failure,
  )
}

const session: RawEntry = { name: 'sessions/a.jsonl', content: '{}\n' }

test('a decent one made by hand is taken', async () => {
  expect(await stage(rawBackup([session, { name: 'skills/a/b/c.md', content: 'c' }]))).toBeNull()
  expect(await readFile(join(folder, 'beside', 'staged', 'skills/a/b/c.md'), 'utf8')).toBe('c')
})

test.each<[string, RawEntry[]]>([
  ['a way out', [{ name: '../evil.json', content: 'x' }]],
  ['a way out from inside', [{ name: 'skills/../../evil', content: 'x' }]],
  ['an absolute path', [{ name: '/etc/evil.json', content: 'x' }]],
  ['a drive', [{ name: 'C:/evil.json', content: 'x' }]],
  ['backslashes', [{ name: 'skills\\..\\..\\evil', content: 'x' }]],
  ['a link', [{ name: 'skills/link', content: '/etc/passwd', mode: 0o120777 }]],
  ['a folder that is said to be a file', [{ name: 'skills/folder', content: '', mode: 0o040700 }]],
  ['a device', [{ name: 'skills/tty', content: '', mode: 0o020666 }]],
  ['the name of a device', [{ name: 'skills/notes/aux.md', content: 'x' }]],
  ['a name with a dot at its end', [{ name: 'skills/notes./a', content: 'x' }]],
  ['a control character', [{ name: 'skills/a\u0001b', content: 'x' }]],
  ['a stream of NTFS', [{ name: 'sessions/a.jsonl:evil', content: 'x' }]],
  ['the lock', [{ name: 'owner.lock', content: '{}' }]],
  ['what says that an exchange is under way', [{ name: 'restoring.json', content: '{}' }]],
  ['the cache', [{ name: 'cache/search.db', content: 'x' }]],
  ['something else', [{ name: 'bin/evil.sh', content: 'x' }]],
  ['a blob under another name', [{ name: 'blobs/ab/evil', content: 'x' }]],
  ['the same name twice', [session, session]],
  [
    'a file in the place of a folder',
    [
      { name: 'skills/a', content: 'x' },
      { name: 'skills/a/b', content: 'x' },
    ],
  ],
  ['more than it says', [{ ...session, content: 'x'.repeat(100_000), saysBytes: 10 }]],
  ['less than it says', [{ ...session, saysBytes: 10_000 }]],
  ['something encrypted', [{ ...session, isEncrypted: true }]],
])('%s is refused, and nothing of it is left', async (_what, entries) => {
  expect((await stage(rawBackup([{ name: 'sessions/first.jsonl', content: 'first' }, ...entries])))?.code).toBe(
    'damaged',
  )
  expect(await readdir(join(folder, 'beside'))).toEqual([])
  expect((await readdir(folder)).sort()).toEqual(['b.zip', 'beside'])
})

test.each<[string, RawEntry[], (manifest: Record<string, unknown>) => object, string]>([
  [
    'says a file that it has not',
    [],
    (it) => ({ ...it, files: [{ path: 'sessions/a.jsonl', bytes: 0, sha256: '0'.repeat(64), changed: 0 }] }),
    'damaged',
  ],
  ['has a file of which it says nothing', [session], (it) => ({ ...it, files: [] }), 'damaged'],
  [
    'says another hash',
    [session],
    (it) => ({ ...it, files: [{ path: session.name, bytes: 3, sha256: '0'.repeat(64), changed: 0 }] }),
    'damaged',
  ],
  ['is of a newer version', [session], (it) => ({ ...it, carrelBackup: 2 }), 'invalid-input'],
  ['says no version', [session], () => ({ files: [] }), 'invalid-input'],
  ['says nonsense', [session], () => ({ carrelBackup: 1, files: 'all' }), 'damaged'],
])('one that %s is refused', async (_what, entries, change, code) => {
  expect((await stage(rawBackup(entries, change)))?.code).toBe(code)
  expect(await readdir(join(folder, 'beside'))).toEqual([])
})

test('a zip that is no backup says so', async () => {
  expect((await stage(rawZip([{ name: 'photos/a.jpg', content: 'x' }])))?.code).toBe('damaged')
  expect((await stage(rawZip([session])))?.code).toBe('invalid-input')
})

test('where two names are one, a backup with both is refused; elsewhere both come back', async () => {
  const twins = rawBackup([session, { name: 'sessions/A.jsonl', content: 'A' }])
  const accents = rawBackup([
    { name: 'skills/é', content: '1' },
    { name: 'skills/e\u0301', content: '2' },
  ])
  expect((await stage(twins, true))?.code).toBe('damaged')
  expect((await stage(accents, true))?.code).toBe('damaged')
  expect(await stage(twins)).toBeNull()
  expect((await readdir(join(folder, 'beside', 'staged', 'sessions'))).sort()).toEqual(['A.jsonl', 'a.jsonl'])
})

test('one that would need more than the disk has is refused before it is begun', async () => {
  const huge = rawBackup([{ ...session, saysBytes: 4_000_000_000 }], (it) => ({ ...it }))
  const failure = await stage(huge)
  // On a disk that has so much room it is the bytes that are missing.
  expect(['no-space', 'damaged']).toContain(failure?.code)
  expect(await readdir(join(folder, 'beside'))).toEqual([])
})

test('whatever a name is, a safe one stays in its folder and is one file on every system', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('..', '.', '', 'a', 'CON', 'nul.txt', 'a.', 'sessions', 'blobs', 'x\\y', 'é'),
  )
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (names) => {
      const path = names.join('/')
      if (!isSafePath(path) || !belongs(path)) return
      expect(join('/home', path)).toBe(`/home/${path}`)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
      expect(path).not.toMatch(/[\u0000-\u001f\\:]|(^|\/)(\.\.?|con|nul)(\/|$)/i)
    }),
    { numRuns: 2_000 },
  )
})

test('an archive of random bytes, or one with some of them changed, never makes more than a failure', async () => {
  const decent = rawBackup([session, { name: 'skills/a/b.md', content: 'words '.repeat(50) }])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(decent.length - 1), fc.nat(255)), { maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(decent)
      for (const [place, value] of changes) bytes[place] = value
      const failure = await stage(bytes)
      const staged = join(folder, 'beside', 'staged')
      if (failure) {
        expect(['damaged', 'invalid-input', 'no-space']).toContain(failure.code)
        expect(await stat(staged).catch(() => null)).toBeNull()
      } else {
        expect(await readFile(join(staged, 'skills/a/b.md'), 'utf8')).toBe('words '.repeat(50))
        const { rm } = await import('node:fs/promises')
        await rm(staged, { recursive: true })
      }
    }),
    { numRuns: 150 },
  )
})
