// Whatever runs do to a folder, by tools and by commands: undo gives the folder before them, byte for byte, and redo the one after.
import { chmod, link, lstat, mkdir, rename, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Room, room, sessionId, treeOf } from './room.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd/a', 'd/b', 'd/e/a', 'd/e/f/g', 'd', 'd/e', 'node_modules/x', 'Ä')
/** Modes that their owner can work with: what may not be read is another test. */
const fileMode = fc.constantFrom(0o644, 0o755, 0o600, 0o444, 0o4755)
const folderMode = fc.constantFrom(0o755, 0o700, 0o555, 0o2755)

const deed = fc.oneof(
  fc.record({ do: fc.constant('write' as const), path: name, text: fc.string({ maxLength: 12 }) }),
  fc.record({ do: fc.constant('delete' as const), path: name }),
  fc.record({ do: fc.constant('rename' as const), path: name, to: name }),
  fc.record({ do: fc.constant('mode' as const), path: name, file: fileMode, folder: folderMode }),
  fc.record({ do: fc.constant('folder' as const), path: name }),
  fc.record({ do: fc.constant('link' as const), path: name, to: fc.constantFrom('a', '../b', '/etc', 'nowhere', 'd') }),
  fc.record({ do: fc.constant('hard-link' as const), path: name, to: name }),
)
type Deed = typeof deed extends fc.Arbitrary<infer One> ? One : never

/** What the system refuses is not done. */
async function perform(root: string, one: Deed): Promise<void> {
  const path = join(root, one.path)
  const work = async () => {
    switch (one.do) {
      case 'write':
        await mkdir(join(path, '..'), { recursive: true })
        return await writeFile(path, one.text)
      case 'delete':
        return await ((await lstat(path)).isDirectory() ? rm(path, { recursive: true }) : unlink(path))
      case 'rename':
        return await rename(path, join(root, one.to))
      case 'mode': {
        const found = await lstat(path)
        if (found.isSymbolicLink()) return
        return await chmod(path, found.isDirectory() ? one.folder : one.file)
      }
      case 'folder':
        return await mkdir(path, { recursive: true }).then(() => undefined)
      case 'link':
        return await symlink(one.to, path)
      case 'hard-link':
        return await link(path, join(root, one.to))
    }
  }
  await work().catch(() => undefined)
}

/** A tool writes plain text to plain files of one name only. */
async function writeByTool(
  { root, checkpoints }: Room,
  runId: string,
  path: Deed['path'],
  text: string,
): Promise<void> {
  const found = await lstat(join(root, path)).catch(() => null)
  if (found && (!found.isFile() || found.nlink > 1)) return
  await checkpoints.willWrite(runId, path)
  await perform(root, { do: 'write', path, text })
  await checkpoints.hasWritten(runId)
}

const act = fc.oneof(
  fc.record({ by: fc.constant('tool' as const), path: name, text: fc.string({ maxLength: 12 }) }),
  fc.record({ by: fc.constant('command' as const), deeds: fc.array(deed, { minLength: 1, maxLength: 8 }) }),
)
const run = fc.array(act, { minLength: 1, maxLength: 3 })

test('undo gives the folder before a run, redo the one after it, for any runs in any order of deeds', async () => {
  let undone = 0
  let touched = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 8 }),
      fc.array(run, { minLength: 1, maxLength: 3 }),
      async (first, runs) => {
        const made = await room()
        const { root, checkpoints } = made
        for (const one of first) await perform(root, one)
        const trees = [await treeOf(root)]
        for (const [index, acts] of runs.entries()) {
          const runId = `run-${index}`
          await checkpoints.begin({ sessionId, runId, entryId: 'q', workspace: root })
          for (const one of acts) {
            if (one.by === 'tool') await writeByTool(made, runId, one.path, one.text)
            else {
              await checkpoints.willRun(runId, new AbortController().signal)
              for (const each of one.deeds) await perform(root, each)
              await checkpoints.hasRun(runId)
            }
          }
          await checkpoints.end(runId)
          trees.push(await treeOf(root))
        }
        const listed = await checkpoints.list(sessionId)
        const order = [...runs.keys()].filter((index) => listed.some(({ runId }) => runId === `run-${index}`))
        // One that is not listed has changed nothing.
        for (const index of runs.keys()) if (!order.includes(index)) expect(trees[index + 1]).toEqual(trees[index])
        for (const index of order.toReversed()) {
          const { conflicts, files } = await checkpoints.undo(sessionId, null)
          expect(conflicts).toEqual([])
          expect(await treeOf(root)).toEqual(trees[index])
          undone += 1
          touched += files.length
        }
        for (const index of order) {
          expect((await checkpoints.redo(sessionId, null)).conflicts).toEqual([])
          expect(await treeOf(root)).toEqual(trees[index + 1])
        }
        await chmodAll(root)
        await rm(made.base, { recursive: true, force: true })
      },
    ),
    { numRuns: Number(process.env['FC_RUNS'] ?? 40) },
  )
  expect(undone).toBeGreaterThan(20)
  expect(touched).toBeGreaterThan(20)
}, 120_000)

async function chmodAll(root: string): Promise<void> {
  for (const path of ['d', 'd/e', 'd/e/f', 'node_modules', 'a', 'b', 'c', 'd/a', 'd/b', 'Ä']) {
    const found = await lstat(join(root, path)).catch(() => null)
    if (found?.isDirectory()) await chmod(join(root, path), 0o755)
  }
}

test('an empty folder of the person is never taken away', async () => {
  const { root, checkpoints, runs } = await room()
  await mkdir(join(root, 'mine'))
  await runs('run-1', () => writeFile(join(root, 'mine/a'), 'a'))
  await checkpoints.undo(sessionId, null)
  expect(await treeOf(root)).toEqual({ 'mine/': '755' })
  await rmdir(join(root, 'mine'))
  expect((await checkpoints.redo(sessionId, null)).conflicts).toEqual(['mine'])
})
