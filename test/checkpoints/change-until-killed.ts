// A process that runs, undoes and redoes changes of a workspace until somebody kills it.
import { chmod, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { roomIn, sessionId } from './room.ts'

const [base = '', life = ''] = process.argv.slice(2)
const { root, checkpoints, writes, runs } = roomIn(base)
await checkpoints.list(sessionId)
console.log('begun')
for (let round = 0; ; round++) {
  const text = `${life} ${round} `
  await writes(`${life}-${round}-w`, { 'a.txt': text, 'made/by/tool.txt': text, 'src/b.txt': text })
  await runs(`${life}-${round}-c`, async () => {
    await rm(join(root, 'made'), { recursive: true })
    await mkdir(join(root, 'deep/er'), { recursive: true })
    for (let index = 0; index < 10; index++) await writeFile(join(root, 'deep/er', `${index}`), text.repeat(index))
    await chmod(join(root, 'a.txt'), round % 2 === 0 ? 0o755 : 0o644)
    await unlink(join(root, 'link')).catch(() => undefined)
    await symlink(text, join(root, 'link'))
    await rename(join(root, 'src/b.txt'), join(root, 'src/c.txt'))
    await writeFile(join(root, 'src/b.txt'), text)
  })
  console.log('undoing')
  await checkpoints.undo(sessionId, null)
  await checkpoints.undo(sessionId, null)
  await checkpoints.redo(sessionId, null)
  await checkpoints.undo(sessionId, null)
}
