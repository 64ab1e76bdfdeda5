// A process is killed while skills are exchanged, and every step between two renames is met: there is the old one or the new one, whole.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { killWhen } from '../support/killing.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'
import { type InstallRoom, installRoom, never, skillText, treeOf, writeTree } from './install-room.ts'

let program: string
beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'install-until-killed.ts'))
  program = built.program
  return built.remove
})

/** Files that all say which version they are of: a mixture would show. */
async function writeVersion(folder: string, version: string): Promise<string> {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`references/${at}.md`, `${version} ${at}`]))
  return await writeTree(folder, { 'SKILL.md': skillText('steady', `${version}\n`), ...files })
}

const lockOf = async (room: InstallRoom) =>
  JSON.parse(await readFile(join(room.path, 'skills.lock.json'), 'utf8')).skills

async function heard(output: Readable, words: string): Promise<void> {
  for await (const data of output.iterator({ destroyOnReturn: false })) if (String(data).includes(words)) return
}

/** Whether an exchange is under way. What was looked at may go away meanwhile: the process may not stand still yet. */
function isExchanging(staging: string): boolean {
  try {
    return readdirSync(staging).some((id) => existsSync(join(staging, id, 'exchange.json')))
  } catch {
    return false
  }
}

const kills = Number(process.env['KILLS'] ?? 25)

test('slow: killed at any moment, and there is the old one or the new one', async () => {
  const base = await temporaryFolder()
  const versions = [
    await writeVersion(join(base, 'version0'), 'old'),
    await writeVersion(join(base, 'version1'), 'new'),
  ]
  const whole = await Promise.all(versions.map(treeOf))
  const first = await installRoom(base)
  await first.install({ kind: 'path', path: join(base, 'version0') })
  await first.close()
  let isKnown = true
  const met = { journal: 0, gone: 0, trashed: 0, versions: [0, 0] }
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, [program, base, `${kill}`], { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    const words = kill % 3 === 0 ? 'removing' : 'exchanging'
    await Promise.race([heard(child.stdout, words), closed])
    const staging = join(base, 'data', 'skills', '.staging')
    // Anywhere in it, and not only at its beginning.
    if (words === 'exchanging') await killWhen(child, () => isExchanging(staging) && Math.random() < 0.5)
    else {
      await pause(Math.random() * 20)
      child.kill('SIGKILL')
    }
    expect((await closed)[1]).toBe('SIGKILL')
    const skills = join(base, 'data', 'skills')
    for (const id of await readdir(join(skills, '.staging')).catch(() => [])) {
      if ((await readdir(join(skills, '.staging', id))).includes('exchange.json')) met.journal += 1
    }
    if (!(await readdir(skills)).includes('steady')) met.gone += 1

    const room = await installRoom(base)
    await room.installing.recover()
    expect(await readdir(join(skills, '.staging'))).toEqual([])
    // A removed one is in the trash, once.
    const trashed = await room.installing.trashed()
    if (!(await readdir(skills)).includes('steady')) {
      met.trashed += 1
      expect(trashed).toHaveLength(1)
      await room.installing.takeBack(trashed[0]?.trashId ?? '')
    } else if (isKnown) expect(trashed).toEqual([])
    else {
      // Of which nobody knows where it came from may be a person's own work: one that replaces it keeps it.
      expect(trashed.length).toBeLessThanOrEqual(1)
      await room.installing.emptyTrash(null)
    }
    const tree = await treeOf(join(skills, 'steady'))
    const version = JSON.stringify(tree) === JSON.stringify(whole[0]) ? 0 : 1
    expect(tree).toEqual(whole[version])
    met.versions[version] = (met.versions[version] ?? 0) + 1
    const skill = await room.named('steady')
    // What is written down is what is there; a crash between the trash and the file may have lost where it came from.
    const entry = (await lockOf(room)).steady
    if (entry) expect(entry.sha256).toBe(skill.hash)
    else expect(isKnown ? words : 'removing').toBe('removing')
    isKnown = entry !== undefined
    expect(room.logged).toEqual([])
    await room.close()
  }
  console.log(`${kills} kills: ${JSON.stringify(met)}`)
  // Otherwise nothing was ever met half way.
  expect(met.journal).toBeGreaterThan(kills / 10)
}, 180_000)

/** Each is what a crash leaves that comes right after the step of the same name. `new` is staged and confirmed. */
const steps: [string, (at: { skills: string; staged: string; data: string }) => Promise<void>, 'old' | 'new'][] = [
  ['the journal is written', async () => undefined, 'old'],
  [
    'the old one is aside',
    async ({ skills, staged }) => await rename(join(skills, 'steady'), join(staged, 'old')),
    'old',
  ],
  [
    'the new one is in its place',
    async ({ skills, staged }) => {
      await rename(join(skills, 'steady'), join(staged, 'old'))
      await rename(join(staged, 'new/steady'), join(skills, 'steady'))
    },
    'new',
  ],
  [
    'half of the old one is gone',
    async ({ skills, staged }) => {
      await rename(join(skills, 'steady'), join(staged, 'old'))
      await rename(join(staged, 'new/steady'), join(skills, 'steady'))
      await unlink(join(staged, 'exchange.json'))
      await rm(join(staged, 'old/SKILL.md'))
    },
    'new',
  ],
]

test.each(steps)('a crash after %s', async (name, crash, expected) => {
  const base = await temporaryFolder()
  const before = await installRoom(base)
  const old = await before.install({ kind: 'path', path: await writeVersion(join(base, 'a/steady'), 'old') })
  const inspection = await before.installing.inspect(
    { kind: 'path', path: await writeVersion(join(base, 'b/steady'), 'new') },
    never,
  )
  const staged = join(before.skills, '.staging', inspection.id ?? '')
  const entry = { ...(await lockOf(before)).steady, sha256: 'of the new one' }
  const journal = { v: 1, name: 'steady', replaces: 'steady', keepsOld: false, entry, replacedEntry: null }
  await writeFile(join(staged, 'exchange.json'), JSON.stringify(journal))
  await before.home.close()
  await crash({ skills: before.skills, staged, data: before.path })

  const after = await installRoom(base)
  await after.installing.recover()
  expect(await treeOf(join(after.skills, 'steady'))).toEqual(
    await treeOf(join(base, expected === 'old' ? 'a' : 'b', 'steady')),
  )
  expect(await readdir(join(after.skills, '.staging'))).toEqual([])
  const isWritten = (await lockOf(after)).steady.sha256
  if (expected === 'old' || name.startsWith('half')) expect(isWritten).toBe(old.hash)
  else expect(isWritten).toBe('of the new one')
  expect(after.logged).toEqual([])
  await after.close()
})

test('a crash, and somebody put another one in the place meanwhile: neither is lost', async () => {
  const base = await temporaryFolder()
  const before = await installRoom(base)
  await before.install({ kind: 'path', path: await writeVersion(join(base, 'a/steady'), 'old') })
  const { id } = await before.installing.inspect(
    { kind: 'path', path: await writeVersion(join(base, 'b/steady'), 'new') },
    never,
  )
  const staged = join(before.skills, '.staging', id ?? '')
  const journal = { v: 1, name: 'steady', replaces: 'steady', keepsOld: false, entry: null, replacedEntry: null }
  await writeFile(join(staged, 'exchange.json'), JSON.stringify(journal))
  await before.home.close()
  await rename(join(before.skills, 'steady'), join(staged, 'old'))
  await writeTree(join(before.skills, 'steady'), { 'SKILL.md': skillText('steady', 'By hand.\n') })

  const after = await installRoom(base)
  await after.installing.recover()
  expect(await readFile(join(after.skills, 'steady/SKILL.md'), 'utf8')).toContain('By hand.')
  expect(await after.installing.trashed()).toMatchObject([{ name: 'steady' }])
  await after.close()
})

test('what a newer version has under way is left as it is, and so is everything of the rest', async () => {
  const base = await temporaryFolder()
  const room = await installRoom(base)
  const staged = join(room.skills, '.staging')
  await writeTree(staged, { 'newer/exchange.json': '{"v":2}', 'newer/old/SKILL.md': 'x', 'dead/new/a/SKILL.md': 'x' })
  await writeTree(staged, {
    'evil/exchange.json': JSON.stringify({
      v: 1,
      name: '../../x',
      replaces: '..',
      keepsOld: false,
      entry: null,
      replacedEntry: null,
    }),
  })
  await mkdir(join(staged, 'evil', 'old'))
  await room.installing.recover()
  expect((await readdir(staged)).sort()).toEqual(['evil', 'newer'])
  expect(Object.keys(await treeOf(join(staged, 'newer')))).toContain('old/SKILL.md')
  await room.close()
})
