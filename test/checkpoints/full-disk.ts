// Checkpoints on a small disk of their own that is filled and emptied: one JSON line for what was met.
import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExpectedFailure } from '../../shared/failure.ts'
import { roomIn, sessionId, treeOf } from './room.ts'

const [base = ''] = process.argv.slice(2)
const { root, checkpoints, writes } = roomIn(base)
const large = 'x'.repeat(1_000_000)
const filler = join(base, 'filler')

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'done',
    (thrown) => (thrown instanceof ExpectedFailure ? thrown.failure.code : String(thrown)),
  )
}

await mkdir(root)
await mkdir(join(base, 'home'))
await writeFile(join(root, 'large.txt'), large)
await writes('run-1', { 'large.txt': 'small' })
for (const size of [65_536, 4_096, 1]) {
  while (
    await writeFile(filler, Buffer.alloc(size, 'x'), { flag: 'a' }).then(
      () => true,
      () => false,
    )
  );
}
const before = JSON.stringify(await treeOf(root))
const undo = await codeOf(checkpoints.undo(sessionId, null))
const begun = await codeOf(checkpoints.begin({ sessionId, runId: 'run-2', entryId: 'q', workspace: root }))
const untouched = JSON.stringify(await treeOf(root)) === before
await unlink(filler)
await checkpoints.begin({ sessionId, runId: 'run-3', entryId: 'q', workspace: root })
await checkpoints.willWrite('run-3', 'large.txt')
await writeFile(filler, '')
for (const size of [65_536, 4_096, 1]) {
  while (
    await writeFile(filler, Buffer.alloc(size, 'x'), { flag: 'a' }).then(
      () => true,
      () => false,
    )
  );
}
const write = await codeOf(checkpoints.willWrite('run-3', 'other/new.txt'))
const command = await codeOf(checkpoints.willRun('run-3', new AbortController().signal))
await unlink(filler)
await checkpoints.end('run-3')
const again = await codeOf(checkpoints.undo(sessionId, null))
const isBack = (await readFile(join(root, 'large.txt'), 'utf8')) === large
console.log(JSON.stringify({ undo, begun, untouched, write, command, again, isBack }))
