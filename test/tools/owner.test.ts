// As root, in a folder of somebody else: file tools do what its owner may, no more, and what they make is the owner's.
import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownerMay } from '../../electron/services/tools/workspace/owner-rights.ts'
import { temporaryFolder } from '../support/temp.ts'
import { roomIn } from './room-in.ts'

const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** A workspace of `owner` in which root has put things of its own. */
async function mixed(owner: number, checking: 'descriptor' | 'walk') {
  const around = await temporaryFolder()
  const ws = join(around, 'ws')
  await mkdir(join(ws, 'closed/in'), { recursive: true })
  await mkdir(join(ws, 'open'))
  const files = { 'own.txt': 'own', 'key.txt': 'roots', 'closed/in/deep.txt': 'roots', 'open/seen.txt': 'seen by all' }
  for (const [path, text] of Object.entries(files)) await writeFile(join(ws, path), text)
  await chmod(join(ws, 'key.txt'), 0o600)
  await chmod(join(ws, 'closed'), 0o700)
  await symlink('closed/in/deep.txt', join(ws, 'link.txt'))
  await chown(ws, owner, owner)
  await chown(join(ws, 'own.txt'), owner, owner)
  const { run } = await roomIn(around, {}, checking)
  const words = async (name: string, given: Record<string, unknown>) => (await run(name, given)).content
  return { ws, words }
}

describe.skipIf(!isRoot).each(['descriptor', 'walk'] as const)('root in a folder of somebody else, %s', (checking) => {
  const refused = /does not allow access|is read-only/

  test.each<[string, string, Record<string, unknown>]>([
    ['a file that only root reads', 'read_file', { path: 'key.txt' }],
    ['a file in a folder that only root enters', 'read_file', { path: 'closed/in/deep.txt' }],
    ['the names in it', 'read_file', { path: 'closed' }],
    ['a search there', 'search_files', { query: 'roots', path: 'closed/in' }],
    ['a new file in it', 'write_file', { path: 'closed/new.txt', content: 'x' }],
    ['a new file in a folder of root’s', 'write_file', { path: 'open/new.txt', content: 'x' }],
    ['a new folder in it', 'write_file', { path: 'open/new/new.txt', content: 'x' }],
    ['a file of root’s that all may read', 'edit_file', { path: 'open/seen.txt', old_text: 'seen', new_text: 'mine' }],
  ])('%s is refused, and to its owner it is not', async (_what, tool, given) => {
    const { words } = await mixed(nobody, checking)
    const said = await words(tool, given)
    expect(said).toMatch(refused)
    expect(said).not.toContain('roots')
    // The control: the same folder, of root itself.
    const own = await mixed(0, checking)
    expect(await own.words(tool, given)).not.toMatch(refused)
  })

  test('a link leads no further than its owner gets', async () => {
    const { words } = await mixed(nobody, checking)
    expect(await words('read_file', { path: 'link.txt' })).not.toContain('roots')
  })

  test('a search passes by what the owner cannot read', async () => {
    const { words } = await mixed(nobody, checking)
    const said = await words('search_files', { query: 'o' })
    expect(said).toContain('own.txt')
    expect(said).not.toMatch(/roots|deep\.txt:/)
  })

  test('what the owner may is done, and is the owner’s', async () => {
    const { ws, words } = await mixed(nobody, checking)
    expect(await words('read_file', { path: 'open/seen.txt' })).toContain('seen by all')
    await words('edit_file', { path: 'own.txt', old_text: 'own', new_text: 'mine' })
    await words('write_file', { path: 'new/new.txt', content: 'new' })
    for (const path of ['own.txt', 'new', 'new/new.txt']) {
      expect((await stat(join(ws, path))).uid, path).toBe(nobody)
    }
  })
})

test('rights are those of the first who is meant, never of all together', () => {
  const id = fc.nat(3)
  const mode = fc.integer({ min: 0, max: 0o777 })
  fc.assert(
    fc.property(id, id, id, id, mode, fc.integer({ min: 1, max: 7 }), (uid, gid, fileUid, fileGid, bits, wanted) => {
      const [user, group, others] = bits.toString(8).padStart(3, '0').split('').map(Number)
      const theirs = uid === fileUid ? user : gid === fileGid ? group : others
      const may = ownerMay({ uid, gid }, { uid: fileUid, gid: fileGid, mode: 0o100_000 | bits }, wanted)
      expect(may).toBe(((theirs ?? 0) & wanted) === wanted)
    }),
  )
})
