// The swap race against undo. One process swaps a folder for a link that leads out, as fast as it can; another takes a run back
// and does it again, with the guards or the naive way, and counts how often something outside was changed.
import { readFileSync, renameSync, symlinkSync } from 'node:fs'
import { lstat, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { roomIn, sessionId } from './room.ts'

const [role = '', base = '', tries = '0'] = process.argv.slice(2)
const names = ['a.txt']
const outside = join(base, 'outside')
const { root, checkpoints, writes } = roomIn(base)
const folder = join(root, 'src')
const clock = new Int32Array(new SharedArrayBuffer(4))
const untouched = () => names.every((name) => readFileSync(join(outside, name), 'utf8') === 'after')

if (role === 'prepare') {
  for (const made of [root, join(base, 'home'), outside, folder]) await mkdir(made)
  for (const name of names) {
    await writeFile(join(folder, name), 'before')
    // As the run leaves it: a look through the link finds nothing to complain of.
    await writeFile(join(outside, name), 'after')
  }
  await writes('run-1', Object.fromEntries(names.map((name) => [`src/${name}`, 'after'])))
  symlinkSync(outside, join(root, 'link'))
} else if (role === 'attack') {
  process.stdout.write('ready\n')
  for (;;) {
    renameSync(folder, join(root, 'aside'))
    renameSync(join(root, 'link'), folder)
    if (tries === 'calm') Atomics.wait(clock, 0, 0, Math.random() * 2)
    renameSync(folder, join(root, 'link'))
    renameSync(join(root, 'aside'), folder)
    // Undo needs its folder many times over: without a pause it would be refused always, and nothing would be shown.
    if (tries === 'calm') Atomics.wait(clock, 0, 0, Math.random() * 5)
  }
} else {
  const count = { leaked: 0, done: 0, refused: 0 }
  /** What many programs do: see that it is a folder, then write beside the file and rename. */
  const naive = async (name: string, text: string) => {
    if (!(await lstat(folder)).isDirectory()) throw new Error('a link')
    await writeFile(join(folder, `${name}.new`), text)
    await rename(join(folder, `${name}.new`), join(folder, name))
  }
  for (let left = Number(tries); left > 0 && count.leaked < 3; left--) {
    try {
      if (role === 'naive') await naive(names[left % names.length] ?? '', left % 2 === 0 ? 'before' : 'after')
      else {
        const turn = left % 2 === 0 ? checkpoints.undo : checkpoints.redo
        if ((await turn(sessionId, 'run-1')).files.length > 0) count.done++
        else count.refused++
      }
    } catch {
      count.refused++
    }
    if (!untouched()) {
      count.leaked++
      for (const name of names) await writeFile(join(outside, name), 'after')
    }
  }
  process.stdout.write(`${JSON.stringify(count)}\n`)
}
