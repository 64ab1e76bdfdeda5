// The profile of macOS, as text: what it denies and allows. Whether it holds only a Mac can say, and none was at hand.
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Cell } from '../../electron/services/sandbox/jail.ts'
import { limitsFor } from '../../electron/services/sandbox/limits.ts'
import { runPlanned } from '../../electron/services/sandbox/running.ts'
import { planned, profileFor } from '../../electron/services/sandbox/seatbelt.ts'
import { temporaryFolder } from '../support/temp.ts'

const cell: Cell = {
  command: 'true',
  workspace: { path: '/Users/a/a "quoted\\" folder', fd: 9 },
  writable: true,
  readOnly: [{ path: '/Users/a/a "quoted\\" folder/.git', fd: 10 }],
  pinned: [],
  masked: [{ path: '/Users/a/a "quoted\\" folder/.env', isFolder: false }],
  visible: ['/opt/homebrew'],
  path: '/usr/bin',
  variables: {},
  limits: limitsFor({}),
  uid: 501,
}
const workspace = String.raw`/Users/a/a \"quoted\\\" folder`

test('what is not named is denied, and what is denied in the workspace comes last', () => {
  const rules = profileFor(cell).split('\n')
  expect(rules.slice(0, 2)).toEqual(['(version 1)', '(deny default)'])
  expect(rules).toContain('(deny network*)')
  expect(rules.filter((rule) => rule.startsWith('(allow file-write'))).toEqual([
    `(allow file-write* (subpath "${workspace}"))`,
  ])
  expect(rules.slice(-2)).toEqual([
    `(deny file-write* (subpath "${workspace}/.git"))`,
    `(deny file-read-data file-write* (subpath "${workspace}/.env"))`,
  ])
})

test('a workspace that is read-only is written nowhere', () => {
  expect(profileFor({ ...cell, writable: false })).not.toContain('(allow file-write* (subpath')
})

test('what the profile is put around begins in the workspace, without our variables, and only there', async () => {
  const path = join(await temporaryFolder(), 'a "quoted" folder')
  await mkdir(join(path, '.git'), { recursive: true })
  const handles = [await open(path), await open(join(path, '.git'))] as const
  try {
    const [workspace, git] = [
      { path, fd: handles[0].fd },
      { path: join(path, '.git'), fd: handles[1].fd },
    ]
    const own = { ...cell, command: 'pwd; echo "$HOME"', workspace, readOnly: [git], masked: [], path: '/usr/bin:/bin' }
    const run = async (given: Cell) => {
      const plan = planned(given)
      // All of it but the profile, which nothing here can read.
      const [, , file = '', ...args] = plan.args
      const running = runPlanned({ ...plan, file, args }, given.limits, null, async () => false)
      return await running.ended
    }
    expect(await run(own)).toMatchObject({ exit: 0, output: `${path}\n/var/empty\n` })
    // Another folder than the one that was opened, in its place.
    expect(await run({ ...own, workspace: { path: join(path, '.git'), fd: workspace.fd } })).toMatchObject({
      started: false,
      output: '',
    })
  } finally {
    for (const handle of handles) await handle.close()
  }
})
