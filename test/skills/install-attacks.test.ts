// Group I of the attacks: what is installed writes nowhere but in its own folder, runs nothing and grants nothing. Each row has its
// control: the same bytes, unpacked without a thought, do lead out, or would have done harm.

import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as yauzl from 'yauzl'
import { problemsOf } from '../../electron/services/skills/install/check-entries.ts'
import { folderNameOf } from '../../electron/services/skills/install/folder-name.ts'
import { limits } from '../../electron/services/skills/install/limits.ts'
import { foldedPath } from '../../shared/data-places.ts'
import { type RawEntry, rawZip } from '../support/raw-zip.ts'
import { temporaryFolder } from '../support/temp.ts'
import { codesOf, type InstallRoom, installRoom, never, skillText, treeOf, writeTree } from './install-room.ts'

let base: string
let room: InstallRoom
/** Where a way out would be seen, and a place with a depth for it. */
let outside: string
beforeEach(async () => {
  base = await temporaryFolder()
  outside = join(base, 'outside')
  await mkdir(outside)
  await writeFile(join(outside, 'precious'), 'as it was')
  room = await installRoom(base)
})
afterEach(() => room.close())

const skillFile: RawEntry = { name: 'SKILL.md', content: skillText('evil') }

/** Unpacks as a careless program does, below `base`: names are joined, links are made, later ones win, modes are kept. */
async function unpackNaively(zip: Buffer, into: string): Promise<void> {
  const archive = await yauzl.fromBufferPromise(zip, { decodeStrings: false })
  for await (const entry of archive.eachEntry()) {
    const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true)
    const parts: Buffer[] = []
    for await (const part of await archive.openReadStreamPromise(entry)) parts.push(part)
    const bytes = Buffer.concat(parts)
    const mode = entry.externalFileAttributes >>> 16
    const path = name.startsWith('/') ? name : join(into, name.replaceAll('\\', '/'))
    await mkdir(dirname(path), { recursive: true })
    if ((mode & 0o170000) === 0o120000) await symlink(bytes.toString(), path)
    else {
      await writeFile(path, bytes)
      await chmod(path, mode & 0o7777)
    }
  }
}

/** Refused as a whole, with nothing left of it and nothing touched; answers why. */
async function refused(zip: Buffer): Promise<string[]> {
  const path = join(base, 'evil.zip')
  await writeFile(path, zip)
  const before = await treeOf(outside)
  const inspection = await room.installing.inspect({ kind: 'path', path }, never)
  expect(inspection.id).toBeNull()
  expect(await treeOf(outside)).toEqual(before)
  expect(await readdir(join(room.skills, '.staging'))).toEqual([])
  expect(await room.all()).toEqual([])
  // The same through the other door.
  const dropped = { kind: 'bytes' as const, name: 'evil.zip', files: [{ path: 'evil.zip', bytes: zip }] }
  if (zip.length < 5_000_000)
    expect(codesOf(await room.installing.inspect(dropped, never))).toEqual(codesOf(inspection))
  return codesOf(inspection)
}

test.each<[string, (into: string) => string, string]>([
  ['a way up', () => '../../outside/precious', 'path-outside'],
  ['a way up from inside', () => 'references/../../../outside/precious', 'path-outside'],
  ['an absolute path', (into) => join(dirname(dirname(into)), 'outside/precious'), 'path-outside'],
  ['backslashes', () => '..\\..\\outside\\precious', 'path-outside'],
])('85: %s: refused as a whole; unpacked naively it overwrites a file elsewhere', async (_name, nameIn, code) => {
  const naive = join(base, 'naive', 'skill')
  await mkdir(naive, { recursive: true })
  const zip = rawZip([skillFile, { name: nameIn(naive), content: 'owned' }])
  expect(await refused(zip)).toEqual([code])
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('as it was')
  await unpackNaively(zip, naive)
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('owned')
})

test.each<[string, string, string]>([
  ['a drive', 'C:/Windows/evil', 'path-outside'],
  ['a drive without a slash', 'C:evil', 'path-outside'],
  ['a share', '\\\\host\\share\\evil', 'path-outside'],
  ['a device', 'references/con', 'path-unsafe'],
  ['a device with an ending', 'nul.txt', 'path-unsafe'],
  ['a dot at the end', 'SKILL.md.', 'path-unsafe'],
  ['a stream', 'SKILL.md:evil', 'path-unsafe'],
  ['a NUL byte', 'a\0b', 'path-unsafe'],
  ['a line end', 'a\nb', 'path-unsafe'],
  ['no name', 'a//b', 'path-unsafe'],
])('85: %s in a name is refused, and told without steering a screen', async (_name, name, code) => {
  const path = join(base, 'evil.zip')
  await writeFile(path, rawZip([skillFile, { name, content: 'x' }]))
  const inspection = await room.installing.inspect({ kind: 'path', path }, never)
  expect(codesOf(inspection)).toEqual([code])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass.
  expect(JSON.stringify(inspection.problems.map((one) => one.message))).not.toMatch(/[\u0000-\u001f]|\\n|\\u0000/)
})

test('86: a link in an archive, and what is written through it', async () => {
  const naive = join(base, 'naive', 'skill')
  const zip = rawZip([
    skillFile,
    { name: 'references', content: outside, mode: 0o120777 },
    { name: 'references/precious', content: 'owned' },
  ])
  expect(await refused(zip)).toContain('link-entry')
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('as it was')
  await unpackNaively(zip, naive)
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('owned')
})

test.each([
  ['a device', 0o020666],
  ['a pipe', 0o010666],
  ['a socket', 0o140777],
])('86: %s in an archive is refused', async (_name, mode) => {
  expect(await refused(rawZip([skillFile, { name: 'tty', content: '', mode }]))).toEqual(['special-entry'])
})

test('86: links in a folder are refused: to a file outside, inside, to a folder, to nothing', async () => {
  for (const [name, target] of Object.entries({ a: join(outside, 'precious'), b: 'SKILL.md', c: outside, d: 'none' })) {
    const folder = await writeTree(join(base, `with-${name}`), { 'SKILL.md': skillText('linked') })
    await symlink(target, join(folder, name))
    const inspection = await room.installing.inspect({ kind: 'path', path: folder }, never)
    expect(inspection.id).toBeNull()
    expect(codesOf(inspection)).toEqual(['link-entry'])
  }
})

test('86: SKILL.md as a link, and a pipe in a folder that would be waited for', async () => {
  const linked = await writeTree(join(base, 'linked'), { 'a.md': 'x' })
  await symlink(join(outside, 'precious'), join(linked, 'SKILL.md'))
  expect(codesOf(await room.installing.inspect({ kind: 'path', path: linked }, never))).toEqual(['link-entry'])
  const piped = await writeTree(join(base, 'piped'), { 'SKILL.md': skillText('piped') })
  execFileSync('mkfifo', [join(piped, 'pipe')])
  expect(codesOf(await room.installing.inspect({ kind: 'path', path: piped }, never))).toEqual(['special-entry'])
})

test('87: too many files', async () => {
  const files = Array.from({ length: limits.files }, (_, at): RawEntry => ({ name: `f/${at}`, content: '' }))
  expect(await refused(rawZip([skillFile, ...files]))).toEqual(['too-many-files'])
  // Without one of them it is taken.
  await writeFile(join(base, 'full.zip'), rawZip([skillFile, ...files.slice(1)]))
  const inspection = await room.installing.inspect({ kind: 'path', path: join(base, 'full.zip') }, never)
  expect(inspection.totals.files).toBe(limits.files)
  expect(inspection.id).not.toBeNull()
})

test('87: one file too large, all of them too large, and an archive that grows too much', async () => {
  const noise = Buffer.alloc(limits.fileBytes + 1)
  for (let at = 0; at < noise.length; at += 4)
    noise.writeUInt16LE((at * 2_654_435_761) & 0xffff, Math.min(at, noise.length - 2))
  expect(await refused(rawZip([skillFile, { name: 'big', content: noise }]))).toEqual(['too-large'])
  const part = noise.subarray(0, limits.fileBytes)
  const six = Array.from({ length: 6 }, (_, at): RawEntry => ({ name: `big${at}`, content: part }))
  expect(await refused(rawZip([skillFile, ...six]))).toEqual(['too-large'])
  const zeros = rawZip([skillFile, { name: 'zeros', content: Buffer.alloc(9_000_000) }])
  expect(zeros.length).toBeLessThan(20_000)
  expect(await refused(zeros)).toEqual(['archive-ratio'])
})

test('87: what an archive says of its sizes is not believed', async () => {
  const content = Buffer.alloc(9_000_000)
  expect(await refused(rawZip([skillFile, { name: 'small', content, saysBytes: 10 }]))).toEqual(['archive-damaged'])
  // A careless program, which counts what it is told, writes all of it.
  const said = rawZip([{ name: 'small', content, saysBytes: content.length }])
  await unpackNaively(said, join(base, 'naive'))
  expect((await stat(join(base, 'naive', 'small'))).size).toBe(content.length)
})

test('87: other bytes than those that were packed', async () => {
  const zip = rawZip([skillFile])
  // In the list at the end: what the sum of the bytes shall be.
  const at = zip.indexOf('PK\u0001\u0002') + 16
  zip.writeUInt32LE((zip.readUInt32LE(at) ^ 1) >>> 0, at)
  expect(await refused(zip)).toEqual(['archive-damaged'])
  expect(await refused(rawZip([skillFile, { name: 'a', content: 'x', isEncrypted: true }]))).toEqual([
    'archive-damaged',
  ])
  expect(await refused(Buffer.from('PK\u0003\u0004 and nothing more'))).toEqual(['archive-damaged'])
})

test('87: a folder that has too much in it is not read to its end', async () => {
  const folder = await writeTree(join(base, 'large'), {
    'SKILL.md': skillText('large'),
    big: Buffer.alloc(limits.fileBytes + 1),
  })
  expect(codesOf(await room.installing.inspect({ kind: 'path', path: folder }, never))).toEqual(['too-large'])
})

test.each<[string, string[]]>([
  ['the same name twice', ['a.md', 'a.md']],
  ['names that differ by capital letters', ['references/A.md', 'references/a.md']],
  ['an accent written in two ways', ['caf\u00e9.md', 'cafe\u0301.md']],
  ['folders that differ by capital letters', ['Scripts/a.sh', 'scripts/b.sh']],
  ['a file where a folder is', ['a', 'a/b']],
  ['a folder where a file is', ['a/b', 'a']],
  ['SKILL.md in two spellings', ['skill.md']],
])('88: %s', async (_name, names) => {
  const zip = rawZip([skillFile, ...names.map((name): RawEntry => ({ name, content: name }))])
  expect(await refused(zip)).toEqual(['path-duplicate'])
})

test('88: on a disk that takes both for one name, the later would win without a word', async () => {
  const naive = join(base, 'naive')
  await unpackNaively(
    rawZip([
      { name: 'a.md', content: 'shown' },
      { name: 'a.md', content: 'used' },
    ]),
    naive,
  )
  expect(await readFile(join(naive, 'a.md'), 'utf8')).toBe('used')
})

test('91: what a skill says of tools and approvals is advice, and changes nothing that is kept', async () => {
  const text = skillText('greedy').replace('---\n\n', 'allowed-tools: Bash(*) run_command\nauto-approve: true\n---\n\n')
  const path = await writeTree(join(base, 'greedy'), { 'SKILL.md': text, 'settings.json': '{"mode":"trusted"}' })
  const skill = await room.install({ kind: 'path', path })
  expect(skill.state).toBe('off')
  const left = (await readdir(room.path)).filter((name) => /^(rules|trust|settings|window)\.json$/.test(name))
  expect(left).toEqual([])
})

test('92: what is changed after the install is not what was switched on', async () => {
  const path = await writeTree(join(base, 'fine'), { 'SKILL.md': skillText('fine'), 'run.sh': 'echo fine' })
  const skill = await room.install({ kind: 'path', path })
  expect((await room.library.agree(skill.key, { on: true, hash: skill.hash })).state).toBe('on')
  await writeFile(join(room.skills, 'fine', 'run.sh'), 'echo evil')
  expect((await room.named('fine')).state).toBe('changed')
  expect(await room.library.offered(null, {})).toEqual([])
})

test('93: modes that change who runs it are stripped', async () => {
  const zip = rawZip([
    { ...skillFile, mode: 0o106777 },
    { name: 'run', content: '#!/bin/sh\n', mode: 0o104777 },
    { name: 'open', content: 'x', mode: 0o100666 },
  ])
  await writeFile(join(base, 'evil.zip'), zip)
  await room.install({ kind: 'path', path: join(base, 'evil.zip') })
  const modes = Object.values(await treeOf(join(room.skills, 'evil'))).map((shown) => shown.slice(0, 4))
  expect(modes.sort()).toEqual(['644 ', '755 ', '755 '])
  await unpackNaively(zip, join(base, 'naive'))
  expect((await stat(join(base, 'naive', 'run'))).mode & 0o7777).toBe(0o4777)

  const folder = await writeTree(join(base, 'suid'), { 'SKILL.md': skillText('suid'), run: '#!/bin/sh\n' })
  await chmod(join(folder, 'run'), 0o6755)
  await room.install({ kind: 'path', path: folder })
  expect((await stat(join(room.skills, 'suid', 'run'))).mode & 0o7777).toBe(0o755)
})

test.each<[string, string | null]>([
  ['../evil', null],
  ['..', null],
  ['con', null],
  ['NUL', null],
  ['lpt1', null],
  ['trailing.', null],
  ['a b', 'a-b'],
  ['plugin:skill', 'plugin-skill'],
  ['Über', 'über'],
  ['技能', '技能'],
  ['--', null],
  ['', null],
])('a name is never a path: %j becomes %j', (name, folder) => {
  // A way up has nothing dangerous left of it; what a SKILL.md says so is refused before that all the same.
  expect(folderNameOf(name)).toBe(name === '../evil' ? 'evil' : folder)
})

test.each(['../evil', '/etc/evil', '..', 'con', 'a.'])(
  'a skill that calls itself %j stays in its place',
  async (name) => {
    const text = `---\nname: "${name}"\ndescription: Evil.\n---\nx\n`
    const path = await writeTree(join(base, 'source'), { 'SKILL.md': text })
    const inspection = await room.installing.inspect({ kind: 'path', path }, never)
    expect(inspection.id).toBeNull()
    expect(await readdir(room.skills)).toEqual(['.staging'])
  },
)

test('any names at all: what is let through has a place of its own below the folder, on every system', () => {
  const part = fc.oneof(
    fc.constantFrom('..', '.', '', 'a', 'A', 'con', 'b.', 'SKILL.md', 'caf\u00e9', 'cafe\u0301', 'x\\y', 'C:', '\0'),
    fc.string({ maxLength: 6, unit: 'binary' }),
  )
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const entry = fc.record({
    path,
    kind: fc.constantFrom('file' as const, 'folder' as const, 'link' as const, 'special' as const),
    bytes: fc.nat(100),
    packed: fc.constant(null),
    executable: fc.boolean(),
  })
  let taken = 0
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      if (problemsOf(entries).length > 0) return
      if (entries.length > 0) taken += 1
      const files = entries.filter(({ kind }) => kind === 'file')
      expect(entries.every(({ kind }) => kind === 'file' || kind === 'folder')).toBe(true)
      for (const one of entries) expect(join('/root', one.path)).toBe(`/root/${one.path}`)
      expect(new Set(files.map((one) => foldedPath(one.path))).size).toBe(files.length)
    }),
    { numRuns: 3_000 },
  )
  expect(taken).toBeGreaterThan(20)
})

test('any bytes at all as an archive: a refusal or an inspection, and never anything outside of staging', async () => {
  const sound = rawZip([skillFile, { name: 'a/b.md', content: 'text '.repeat(50) }])
  const before = await treeOf(outside)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.nat(sound.length),
      async (changes, length) => {
        const zip = Buffer.from(sound)
        for (const [at, byte] of changes) zip[at] = byte
        const bytes = length % 3 === 0 ? zip.subarray(0, length) : zip
        const files = [{ path: 'x.zip', bytes }]
        const { id } = await room.installing.inspect({ kind: 'bytes', name: 'x.zip', files }, never)
        if (id !== null) await room.installing.discard(id)
      },
    ),
    { numRuns: 150 },
  )
  expect(await treeOf(outside)).toEqual(before)
  expect(await readdir(room.skills)).toEqual(['.staging'])
  expect(await readdir(join(room.skills, '.staging'))).toEqual([])
})
