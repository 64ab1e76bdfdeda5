// The profile of macOS, as text: what it denies and allows. Whether it holds only a Mac can say, and none was at hand.
import { expect, test } from 'vitest'
import type { Cell } from '../../electron/services/sandbox/jail.ts'
import { limitsFor } from '../../electron/services/sandbox/limits.ts'
import { profileFor } from '../../electron/services/sandbox/seatbelt.ts'

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
