// The symlink race. One process swaps a folder of the workspace for a link that leads out, as fast as it can; another reads
// a file below it, with the guards or the naive way, and counts how often it was given what lies outside.

import { renameSync, symlinkSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Checking } from '../../electron/services/tools/workspace/opening.ts'
import { roomIn } from './room-in.ts'

const [role = '', around = '', tries = '0', checking = 'descriptor'] = process.argv.slice(2)
const root = join(around, 'ws')
const secret = 'the secret outside'
const count = { inside: 0, leaked: 0, refused: 0, absent: 0 }

function tally(text: string): void {
  if (text.includes(secret)) count.leaked++
  else count.inside++
}

if (role === 'prepare') {
  await mkdir(join(around, 'outside'), { recursive: true })
  await writeFile(join(around, 'outside', 'file.txt'), secret)
  await roomIn(around, { 'folder/file.txt': 'harmless' })
  symlinkSync(join(around, 'outside'), join(root, 'link'))
} else if (role === 'attack') {
  process.stdout.write('ready\n')
  for (;;) {
    renameSync(join(root, 'folder'), join(root, 'aside'))
    renameSync(join(root, 'link'), join(root, 'folder'))
    renameSync(join(root, 'folder'), join(root, 'link'))
    renameSync(join(root, 'aside'), join(root, 'folder'))
  }
} else {
  const { workspace } = await roomIn(around, {}, checking as Checking)
  const files = workspace.forCall({ signal: new AbortController().signal, permitted: [] })
  const guarded = async () => {
    const found = await files.read('folder/file.txt')
    tally(found.kind === 'file' ? found.bytes.toString() : '')
  }
  /** What many programs do: see where it leads, then open it. */
  const naive = async () => {
    const path = join(root, 'folder', 'file.txt')
    if (!(await realpath(path)).startsWith(root + sep)) throw new Error('outside')
    tally(await readFile(path, 'utf8'))
  }
  /** Writes whatever is there anew: what lies outside must stay as it is, and nothing may be added to it. */
  const writing = async () => {
    const found = await files.read('folder/file.txt')
    if (found.kind !== 'file') throw new Error('no file')
    await files.write('folder/file.txt', Buffer.from(`harmless ${left}`), found.bytes)
    count.inside++
  }
  const ways = { naive, guarded, writing }
  const started = performance.now()
  let left = Number(tries)
  const lane = async () => {
    while (left-- > 0) {
      try {
        await ways[role as keyof typeof ways]()
      } catch (thrown) {
        const code = (thrown as { failure?: { code: string } }).failure?.code ?? (thrown as { code?: string }).code
        if (code === 'not-found' || code === 'ENOENT') count.absent++
        else count.refused++
      }
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
  const names = await readdir(join(around, 'outside'))
  const outside = await Promise.all(names.map((name) => readFile(join(around, 'outside', name), 'utf8')))
  process.stdout.write(`${JSON.stringify({ ...count, outside, ms: Math.round(performance.now() - started) })}\n`)
}
