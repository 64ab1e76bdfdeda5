// Which folders are trusted, on a real disk: nothing is by default, and what cannot be read trusts nothing.
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { AppEvents } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { openHome } from '../../electron/services/home/home.ts'
import { createToolboxes } from '../../electron/services/tools/toolboxes.ts'
import { createTrust } from '../../electron/services/trust/trust.ts'
import { temporaryFolder } from '../support/temp.ts'

let base: string
let project: string
const surroundings = {
  now: () => new Date('2026-11-28T08:00:00Z'),
  newId: () => 'id',
  environment: {},
  appVersion: '0.0.0',
  log: () => undefined,
}
beforeEach(async () => {
  base = await temporaryFolder()
  project = join(base, 'project')
  await mkdir(join(project, 'inner'), { recursive: true })
})

async function openTrust(as: 'owner' | 'reader' = 'owner') {
  const home = await openHome(join(base, 'home'), as, surroundings)
  const events = createEventBus<AppEvents>(() => undefined)
  const told: AppEvents['trust.changed'][] = []
  events.on('trust.changed', (change) => told.push(change))
  return { home, told, trust: createTrust({ home, events, surroundings }) }
}

test('a folder is trusted when it was said, and no other one: not the one above, not the one below', async () => {
  const { trust, told } = await openTrust()
  expect(await trust.answerFor(project)).toBeNull()
  await trust.set(project, true)
  expect(await trust.answerFor(project)).toBe(true)
  expect(await trust.answerFor(join(project, 'inner'))).toBeNull()
  expect(await trust.answerFor(base)).toBeNull()
  expect(told).toEqual([{ folder: project, trusted: true }])
  await trust.set(project, false)
  expect(await trust.answerFor(project)).toBe(false)
})

test('a link to it is the same folder; another folder under its name is not', async () => {
  const { trust } = await openTrust()
  await symlink(project, join(base, 'link'))
  await trust.set(join(base, 'link'), true)
  expect(await trust.answerFor(project)).toBe(true)
  await rename(project, join(base, 'moved'))
  await mkdir(join(base, 'other'))
  await symlink(join(base, 'other'), project)
  expect(await trust.answerFor(project)).toBeNull()
  expect(await trust.answerFor(join(base, 'gone'))).toBeNull()
})

test.each(['{"half', '[]', '{"/": true}', '{"/": {"trusted": "yes", "at": ""}}'])(
  'a file that is none (%s) trusts nothing, and is kept when the next folder is trusted',
  async (text) => {
    const { trust } = await openTrust()
    await writeFile(join(base, 'home', 'trust.json'), text)
    expect(await trust.answerFor('/')).toBeNull()
    await trust.set(project, true)
    expect(await trust.answerFor(project)).toBe(true)
    const kept = (await readdir(join(base, 'home'))).filter((name) => name.startsWith('trust') && name !== 'trust.json')
    expect(kept).toHaveLength(1)
    expect(await readFile(join(base, 'home', kept[0] ?? ''), 'utf8')).toBe(text)
  },
)

test('a folder in the place of the file trusts nothing, and is moved aside when a folder is trusted', async () => {
  const { trust } = await openTrust()
  await mkdir(join(base, 'home', 'trust.json'))
  expect(await trust.answerFor(project)).toBeNull()
  await trust.set(project, true)
  expect(await trust.answerFor(project)).toBe(true)
})

test('two at once are both kept; who may not write may not trust', async () => {
  const { trust } = await openTrust()
  await Promise.all([trust.set(project, true), trust.set(join(project, 'inner'), true)])
  expect(await trust.answerFor(project)).toBe(true)
  expect(await trust.answerFor(join(project, 'inner'))).toBe(true)
  const reader = await openTrust('reader')
  expect(await reader.trust.answerFor(project)).toBe(true)
  await expect(reader.trust.set(project, false)).rejects.toMatchObject({ failure: { code: 'denied' } })
})

test('AGENTS.md is read under the guards of the folder: no link out of it, no binary file, not without end', async () => {
  const tools = createToolboxes({
    home: { path: join(base, 'home') },
    sandbox: { start: noCommand, startWithout: noCommand, find: () => null },
    web: { fetch: () => Promise.reject(new Error('No page is read here.')) },
    search: { query: () => Promise.reject(new Error('Nothing is searched here.')) },
    surroundings,
    personHome: base,
    platform: process.platform,
  })
  const read = () => tools.instructionsOf(project, new AbortController().signal)
  expect(await read()).toBeNull()
  await writeFile(join(base, 'secret.txt'), 'not yours')
  await symlink(join(base, 'secret.txt'), join(project, 'AGENTS.md'))
  expect(await read()).toBeNull()
  await rename(join(project, 'AGENTS.md'), join(project, 'link'))
  await writeFile(join(project, 'AGENTS.md'), Buffer.from([0, 1, 2, 3]))
  expect(await read()).toBeNull()
  await writeFile(join(project, 'AGENTS.md'), 'Use tabs. '.repeat(10_000))
  const long = await read()
  expect(long?.length).toBeLessThan(9_000)
  expect(long).toMatch(/omitted/)
  expect(await tools.instructionsOf('/', new AbortController().signal)).toBeNull()
})

async function noCommand(): Promise<never> {
  throw new Error('No command is run here.')
}
