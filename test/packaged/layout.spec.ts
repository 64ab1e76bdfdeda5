// What is in a package, and that the one the tests drive is the release but for one fuse.
import { createHash } from 'node:crypto'
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { faultsOf, readFuses, releaseFuses } from '../../scripts/package/fuse-wire.mjs'
import { release, testPackage } from '../../scripts/package/places.mjs'
import { getElectron } from '../../scripts/provision/electron.mjs'
import { expect, test } from '../desktop/carrel.ts'
import { runCarrel } from './terminal.ts'

const asar = join(release.resources, 'app.asar')
const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

test('every fuse of the release is known and as a release needs it', () => {
  expect(faultsOf(readFuses(release.fuseFile))).toEqual([])
  // That the check can fail, each way.
  const right = Object.fromEntries(releaseFuses)
  for (const [name, state] of releaseFuses) {
    expect(faultsOf({ ...right, [name]: state === 'on' ? 'off' : 'on' })).toHaveLength(1)
  }
  expect(faultsOf({ ...right, 'number 9': 'on' })).toHaveLength(1)
  const { OnlyLoadAppFromAsar: _, ...fewer } = right
  expect(faultsOf(fewer)).toHaveLength(1)
})

test('the package for tests is the release with the inspect fuse on', () => {
  const { EnableNodeCliInspectArguments: inspect, ...others } = readFuses(testPackage.fuseFile)
  const { EnableNodeCliInspectArguments: ours, ...same } = readFuses(release.fuseFile)
  expect([ours, inspect]).toEqual(['off', 'on'])
  expect(others).toEqual(same)
  expect(hash(join(testPackage.resources, 'app.asar'))).toBe(hash(asar))
})

test('a package holds the app, its one native file and its skills, and nothing of how it was made', async () => {
  expect(readdirSync(release.resources).sort()).toEqual(['app.asar', 'app.asar.unpacked', 'skills'])
  const native = readdirSync(join(release.resources, 'app.asar.unpacked'), { recursive: true, encoding: 'utf8' })
  expect(native.filter((name) => statSync(join(release.resources, 'app.asar.unpacked', name)).isFile())).toEqual([
    expect.stringMatching(/^node_modules\/better-sqlite3\/.*\.node$/),
  ])
  const { listPackage } = await import('@electron/asar')
  const files = listPackage(asar, { isPack: false })
  expect(files).toContain('/dist/electron/main.mjs')
  expect(files.filter((name) => /\.(map|ts|tsx|md|c|cpp|h|hpp)$/.test(name))).toEqual([])
  expect(files.filter((name) => /^\/node_modules\/[^/]+$/.test(name))).toEqual(['/node_modules/better-sqlite3'])
  expect(statSync(asar).size).toBeLessThan(8_000_000)
  expect(readdirSync(release.folder).includes('FOR-TRYING-ONLY.txt')).toBe(!getElectron().official)
})

test('the bundled skills lie where a command can read them, each as in the checkout, and the terminal finds them', async () => {
  const from = join(import.meta.dirname, '..', '..', 'skills')
  const packed = join(release.resources, 'skills')
  const names = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  expect(names(packed)).toEqual(names(from))
  for (const name of names(from)) {
    const [one, other] = [statSync(join(packed, name)), statSync(join(from, name))]
    if (one.isFile()) expect([name, hash(join(packed, name))]).toEqual([name, hash(join(from, name))])
    // Whoever commands run as may read it.
    expect([name, one.mode & 0o755]).toEqual([name, other.mode & 0o755])
  }
  const home = await mkdtemp(join(tmpdir(), 'carrel-skills-'))
  try {
    const { code, out } = await runCarrel({ words: ['skills', 'list', '--json', '--home', home], personHome: home })
    expect(code).toBe(0)
    const { skills }: { skills: { scope: string; state: string; folder: string }[] } = JSON.parse(out)
    const builtIn = skills.filter(({ scope }) => scope === 'built-in')
    expect(builtIn.map(({ state, folder }) => `${state} ${folder}`)).toEqual(
      readdirSync(from).map((name) => `on ${join(packed, name)}`),
    )
  } finally {
    await rm(home, { recursive: true })
  }
})

test('a folder of somebody else’s code beside the app is not run', async () => {
  // Beside the release, because links do not cross file systems.
  const folder = await mkdtemp(join(dirname(release.folder), 'with-a-stranger-'))
  try {
    linkFolder(release.folder, folder)
    const stranger = join(folder, 'resources', 'app')
    mkdirSync(stranger)
    writeFileSync(join(stranger, 'package.json'), '{"name":"stranger","main":"main.cjs"}')
    writeFileSync(join(stranger, 'main.cjs'), "console.log('the stranger'); process.exit(0)\n")
    const { code, out } = await runCarrel({ words: ['--version'], program: join(folder, 'carrel') })
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** A copy that costs neither time nor space. */
function linkFolder(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      mkdirSync(target)
      linkFolder(source, target)
    } else if (entry.isSymbolicLink()) cpSync(source, target, { verbatimSymlinks: true })
    else linkSync(source, target)
  }
}
