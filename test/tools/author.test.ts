// Who commits is read from the person's own git config, whatever repository is around.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAuthor } from '../../electron/services/tools/workspace/author.ts'
import { temporaryFolder } from '../support/temp.ts'

const environment = { PATH: process.env['PATH'] }

test('name and address, also from an included file', async () => {
  const home = await temporaryFolder()
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Ada "A" Lovelace\n[include]\n\tpath = more\n')
  writeFileSync(join(home, 'more'), '[user]\n\temail = ada@example.com\n')
  expect(await readAuthor(environment, home)).toEqual({ name: 'Ada A Lovelace', email: 'ada@example.com' })
})

test('the other place git looks at', async () => {
  const home = await temporaryFolder()
  mkdirSync(join(home, 'config', 'git'), { recursive: true })
  writeFileSync(join(home, 'config', 'git', 'config'), '[user]\n\tname = Ü\n\temail = "<u@example.com>"\n')
  const found = await readAuthor({ ...environment, XDG_CONFIG_HOME: join(home, 'config') }, home)
  expect(found).toEqual({ name: 'Ü', email: 'u@example.com' })
})

test('nobody when one is missing, and a repository around is not asked', async () => {
  const home = await temporaryFolder()
  execFileSync('git', ['init', '-q'], { cwd: home })
  execFileSync('git', ['config', 'user.name', 'of the repository'], { cwd: home })
  expect(await readAuthor(environment, home)).toBe(null)
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Ada\n')
  expect(await readAuthor(environment, home)).toBe(null)
  expect(await readAuthor({ PATH: '/nonexistent' }, home)).toBe(null)
})
