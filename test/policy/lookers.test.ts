// What a rule for looking covers, run for real in a hostile folder: nothing is changed, started or given away by any of it.
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCommand } from '../../electron/services/policy/command-cover.ts'
import { temporaryFolder } from '../support/temp.ts'

const hasGit = spawnSync('git', ['--version']).status === 0

/** A repository whose files would run or tell something if they were asked to. */
async function hostileFolder() {
  const base = await temporaryFolder()
  const folder = join(base, 'project')
  const environment = { PATH: process.env['PATH'] ?? '', HOME: join(base, 'nobody'), LANG: 'C.UTF-8' }
  const git = (...words: string[]) => spawnSync('git', words, { cwd: folder, env: environment, encoding: 'utf8' })
  await mkdir(join(folder, 'src'), { recursive: true })
  const trap = join(folder, 'trap.sh')
  await writeFile(trap, `#!/bin/sh\necho ran >> ${join(base, 'ran')}\nexec cat "$@"\n`)
  await chmod(trap, 0o755)
  await writeFile(join(folder, '.env'), 'MARKER_OF_A_SECRET\n')
  await writeFile(join(folder, '.gitignore'), '.env\n')
  await writeFile(join(folder, '.gitattributes'), '* diff=trap filter=trap\n*.txt diff=trap\n')
  await writeFile(join(folder, '--output=made'), 'x\n')
  await writeFile(join(folder, 'a.txt'), 'one\n')
  git('init', '-q')
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'first')
  await writeFile(join(folder, 'a.txt'), 'two\n')
  return { base, folder, environment }
}

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  // Its index is git's own, and looking may refresh it.
  const files = entries.filter((entry) => entry.isFile() && !/^index(?:\.lock)?$/.test(entry.name))
  const read = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = join(parentPath, name)
    return [path, await readFile(path, 'latin1')]
  })
  return Object.fromEntries(await Promise.all(read))
}

/** Flags of the lists, near misses of them, names and what an attacker adds; only what is a looking cover is run. */
const words = {
  'git status': [
    '-s',
    '-b',
    '-sb',
    '-v',
    '-vv',
    '-u',
    '-uall',
    '--short',
    '--branch',
    '--porcelain=v2',
    '--ignored',
    '--long',
  ],
  'git log': [
    '-1',
    '-n5',
    '--oneline',
    '--stat',
    '--graph',
    '--all',
    '--name-only',
    '--reverse',
    '-p',
    '--output=made',
  ],
  'git diff': [
    '--stat',
    '--cached',
    '--name-only',
    '-w',
    '-b',
    '--summary',
    '--output=made',
    '/dev/null',
    '.env',
    '--ext-diff',
  ],
  'git branch': ['-a', '-r', '-v', '-vv', '--list', '--show-current', 'made', '-D'],
  ls: ['-l', '-a', '-R', '-la', '.', 'src', '.env', '--all', '--color=never', '/'],
  pwd: ['-P', '-L', '-X'],
  wc: ['-l', '-c', 'a.txt', '.env', '--files0-from=.env'],
}

test.skipIf(!hasGit)(
  'nothing that is covered changes a file, starts a program of the folder, or shows a secret',
  async () => {
    const { base, folder, environment } = await hostileFolder()
    const before = await contents(folder)
    const lines = fc
      .constantFrom(...Object.keys(words))
      .chain((program) =>
        fc
          .subarray(words[program as keyof typeof words], { maxLength: 3 })
          .map((flags) => [program, ...flags].join(' ')),
      )
    const covered = fc.sample(lines, { numRuns: 250, seed: 11 }).filter((line) => {
      const reading = readCommand(line)
      return reading !== 'unruly' && reading.cover?.kind === 'looking'
    })
    const once = [...new Set(covered)]
    expect(once.length).toBeGreaterThan(40)
    for (const line of once) {
      const { stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: folder, env: environment, encoding: 'utf8' })
      expect([line, stdout.includes('MARKER_OF_A_SECRET'), stderr.includes('MARKER_OF_A_SECRET')]).toEqual([
        line,
        false,
        false,
      ])
    }
    expect(await contents(folder)).toEqual(before)
    expect(await readdir(base)).toEqual(['project'])
    // The controls: what is not covered does all of it.
    const run = (line: string) =>
      spawnSync('bash', ['-c', line], { cwd: folder, env: environment, encoding: 'utf8' }).stdout
    for (const line of ['git diff /dev/null .env', 'git diff --output=made', 'git branch made']) {
      const reading = readCommand(line)
      expect(reading !== 'unruly' && reading.cover?.kind !== 'looking').toBe(true)
    }
    expect(run('git diff /dev/null .env')).toContain('MARKER_OF_A_SECRET')
    run('git diff --output=made')
    run('git branch made')
    expect(Object.keys(await contents(folder)).length).toBeGreaterThan(Object.keys(before).length)
  },
)
