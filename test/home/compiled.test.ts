// What was compiled at an earlier start is used again, only when it is of the same source and nobody else could have written it.
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { loadCompiled } from '../../electron/compiled.ts'
import { temporaryFolder } from '../support/temp.ts'

interface Works {
  says(): string
  reads(): Promise<string>
}
const source = (word: string) => `(function (exports, require, module, __filename, __dirname, $later) {
exports.says = () => ${JSON.stringify(word)} + require('./beside.cjs')
exports.reads = async () => (await $later('./later.mjs')).word
})`

let file: string
let cache: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  file = join(folder, 'works.cjs')
  cache = join(folder, 'cache', 'code')
  await writeFile(file, source('one'))
  await writeFile(join(folder, 'beside.cjs'), '(function (exports, require, module) { module.exports = "!" })')
  await writeFile(join(folder, 'later.mjs'), 'export const word = "later"')
})

const load = () => loadCompiled<Works>(file, cache)
/** With the part that is read when something is said. */
function keepAll() {
  const { exports, keep } = load()
  exports.says()
  keep()
}
const ofWorks = async () => (await readdir(cache)).filter((name) => name.startsWith('works.cjs-'))
const kept = async () => await Promise.all((await readdir(cache)).map((name) => readFile(join(cache, name))))

/** Loads and keeps; whether the cache was written. It was not when what is there was taken. */
async function isWritten(): Promise<boolean> {
  const old = new Date('2001-01-01')
  for (const name of await readdir(cache)) await utimes(join(cache, name), old, old)
  const before = await kept()
  const loaded = load()
  expect(loaded.exports.says()).toMatch(/^(one|two)!$/)
  loaded.keep()
  const after = await kept()
  return before.length !== after.length || before.some((bytes, at) => !after[at]?.equals(bytes))
}

test('it is loaded like any other file, with what it asks for at once and later', async () => {
  for (const folder of [null, cache, cache]) {
    const { exports, keep } = loadCompiled<Works>(file, folder)
    expect(exports.says()).toBe('one!')
    expect(await exports.reads()).toBe('later')
    keep()
  }
  expect((await readdir(cache)).map((name) => name.replace(/-.*/, '')).toSorted()).toEqual(['beside.cjs', 'works.cjs'])
})

test('what was kept is taken, and not written again', async () => {
  keepAll()
  expect(await isWritten()).toBe(false)
})

test('another source of the same length is not taken for it, and what was kept of the old one goes', async () => {
  keepAll()
  const [before] = await ofWorks()
  await writeFile(file, source('two'))
  const { exports, keep } = load()
  expect(exports.says()).toBe('two!')
  keep()
  const names = await ofWorks()
  expect(names).toHaveLength(1)
  expect(names).not.toContain(before)
})

test('what was kept of a file that the app has no more goes', async () => {
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'former.cjs-node-0123'), 'of an earlier version')
  await writeFile(join(cache, 'beside.cjs-electron-0123'), 'of the window')
  load().keep()
  expect((await readdir(cache)).map((name) => name.replace(/-\w*$/, '')).toSorted()).toEqual([
    'beside.cjs-electron',
    'works.cjs-node',
  ])
})

test('what another engine has compiled stays beside it', async () => {
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'works.cjs-electron-0123'), 'of the window')
  await writeFile(join(cache, 'works.cjs-0123'), 'of an earlier version')
  load().keep()
  const names = await readdir(cache)
  expect(names).toHaveLength(2)
  expect(names).toContain('works.cjs-electron-0123')
})

test.each<[string, (path: string) => Promise<unknown>]>([
  ['is damaged', async () => undefined],
  ['is empty', (path) => writeFile(path, '')],
  ['others could have written', (path) => chmod(path, 0o666)],
])('what %s is not used, and is replaced', async (what, damage) => {
  // Never compiled in this process: else V8 has it in its memory and does not look at what is kept.
  const own = `${source('one')}// ${what} ${process.pid}\n`
  await writeFile(file, own)
  const hash = createHash('sha256').update(process.versions.v8).update(own).digest('hex').slice(0, 32)
  const path = join(cache, `works.cjs-node-${hash}`)
  await mkdir(cache, { recursive: true })
  await writeFile(path, 'not compiled')
  await damage(path)
  const { exports, keep } = load()
  expect(exports.says()).toBe('one!')
  keep()
  expect((await readFile(path)).length).toBeGreaterThan(300)
  expect(await isWritten()).toBe(false)
})

test('a link is not followed, and a cache that cannot be written is none', async () => {
  load().keep()
  const [name = ''] = await readdir(cache)
  const elsewhere = join(cache, '..', 'elsewhere')
  await mkdir(elsewhere)
  await symlink(join(cache, name), join(elsewhere, name))
  const { exports } = loadCompiled<Works>(file, elsewhere)
  expect(exports.says()).toBe('one!')
  const { exports: again, keep } = loadCompiled<Works>(file, file)
  keep()
  expect(again.says()).toBe('one!')
})
