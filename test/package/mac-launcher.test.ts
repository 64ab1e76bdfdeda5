// The launcher of the macOS package: it finds the app it lies in from wherever it is linked, and changes none of the words.
import { execFileSync } from 'node:child_process'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temp.ts'

const source = join(import.meta.dirname, '..', '..', 'build-resources', 'mac', 'carrel')
const words = ['run', '', 'two words', '--json', '-e', '$HOME `id` "quoted"']

let folder: string
let launcher: string
beforeEach(async () => {
  folder = await temporaryFolder()
  const contents = join(folder, 'My Apps', 'Carrel.app', 'Contents')
  launcher = join(contents, 'Resources', 'bin', 'carrel')
  for (const one of ['MacOS', join('Resources', 'bin')]) await mkdir(join(contents, one), { recursive: true })
  await cp(source, launcher)
  // In place of the app: it says what it was started with.
  const program = '#!/bin/sh\nfor word; do printf "%s\\n" "[$word]"; done\n'
  await writeFile(join(contents, 'MacOS', 'Carrel'), program, { mode: 0o755 })
})

const said = (program: string, cwd = folder) =>
  execFileSync(program, words, { cwd, encoding: 'utf8' }).trimEnd().split('\n')
const expected = ['--carrel-terminal', '--', ...words].map((word) => `[${word}]`)

test('by its own path, and through links: absolute, relative, of each other', async () => {
  const bin = join(folder, 'a bin')
  await mkdir(bin)
  await symlink(launcher, join(bin, 'absolute'))
  await symlink(join('..', 'My Apps', 'Carrel.app', 'Contents', 'Resources', 'bin', 'carrel'), join(bin, 'relative'))
  await symlink('relative', join(bin, 'carrel'))
  await symlink(join(folder, 'My Apps'), join(folder, 'apps'))
  expect(said(launcher)).toEqual(expected)
  for (const name of ['absolute', 'relative', 'carrel']) expect(said(join(bin, name))).toEqual(expected)
  expect(said('./carrel', bin)).toEqual(expected)
  expect(said(join(folder, 'apps', 'Carrel.app', 'Contents', 'Resources', 'bin', 'carrel'))).toEqual(expected)
})
