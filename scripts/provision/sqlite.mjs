// @ts-check
// Stage `sqlite`: better-sqlite3 loads in every runtime that will load it.
// The package brings prebuilt files that need Node-API 10. Older runtimes crash on them, so there the addon is
// rebuilt once. A rebuilt file in build/Release wins over the prebuilt ones, for all runtimes.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { getElectron } from './electron.mjs'
import { ProvisionFailure } from './failure.mjs'
import { nodeModules, userCache } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { rebuildSqlite } from './sqlite-rebuild.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

/**
 * @typedef {{ electron: boolean, node: boolean }} Needs the runtimes that will load it
 * @typedef {{ name: string, program: string, version: string, hasPrebuilt: boolean }} Runtime
 */

const packageFolder = join(nodeModules, 'better-sqlite3')
const rebuiltFile = join(packageFolder, 'build', 'Release', 'better_sqlite3.node')
const probe = `
  const Database = require('better-sqlite3')
  const database = new Database(':memory:')
  database.exec("create virtual table probe using fts5(words); insert into probe values ('it works')")
  if (database.prepare("select words from probe where probe match 'works'").get().words !== 'it works') process.exit(1)
`

/**
 * @param {Needs} needs
 * @returns {import('./provision.mjs').Stage}
 */
export function sqliteStage(needs) {
  return {
    name: 'sqlite',
    isFresh: () => runtimes(needs).every((runtime) => isKnownToLoad(runtime)),
    async run(say) {
      // An official Electron is meant to use the prebuilt file, whatever was built here for another runtime.
      const prefersPrebuilt = needs.electron && getElectron().official
      if (existsSync(rebuiltFile) && !prefersPrebuilt && (await loadsInAll(runtimes(needs)))) return
      rmSync(dirname(rebuiltFile), { recursive: true, force: true })
      say('trying the prebuilt better-sqlite3')
      if (await loadsInAll(runtimes(needs))) return

      const kept = keptFile()
      if (existsSync(kept)) {
        say('using the one built earlier')
        placeRebuilt(kept)
        if (await loadsInAll(runtimes(needs))) return
      }
      say('building it for this runtime')
      await rebuildSqlite(packageFolder, kept, say)
      placeRebuilt(kept)
      for (const runtime of runtimes(needs)) {
        const result = await load(runtime)
        if (!result.ok) {
          throw new ProvisionFailure(
            `better-sqlite3 does not load in ${runtime.name} ${runtime.version} although it was rebuilt (${result.how}; see ${result.log}): use Node 22.14 or newer, for which no rebuild is needed, and run the command again.`,
          )
        }
      }
    },
  }
}

/**
 * @param {Needs} needs
 * @returns {Runtime[]}
 */
function runtimes(needs) {
  const found = []
  if (needs.node) {
    const hasPrebuilt = Number(process.versions['napi']) >= 10
    found.push({ name: 'Node', program: process.execPath, version: process.versions.node, hasPrebuilt })
  }
  if (needs.electron) {
    const { path, version } = getElectron()
    found.push({ name: 'Electron', program: path, version, hasPrebuilt: Number.parseInt(version, 10) >= 35 })
  }
  return found
}

/**
 * Whether compilers will be needed, as far as versions can tell; what counts is what loads.
 * @param {Needs} needs
 */
export function expectsRebuild(needs) {
  const unknown = runtimes(needs).filter((runtime) => !isKnownToLoad(runtime))
  return unknown.some((runtime) => !runtime.hasPrebuilt) && !existsSync(keptFile())
}

/** @param {Runtime[]} all */
async function loadsInAll(all) {
  for (const runtime of all) if (!(await load(runtime)).ok) return false
  return true
}

/**
 * In a process of its own, because an addon that does not fit takes its process down.
 * @param {Runtime} runtime
 */
async function load(runtime) {
  const result = await runCommand(runtime.program, ['-e', probe], {
    stage: 'sqlite',
    cwd: nodeModules,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
  })
  if (result.ok) writeStamp('sqlite', { ...readStamp('sqlite'), [keyOf(runtime)]: addonInUse() })
  return result
}

/** @param {Runtime} runtime */
const isKnownToLoad = (runtime) => readStamp('sqlite')[keyOf(runtime)] === addonInUse()

/** @param {Runtime} runtime */
const keyOf = (runtime) => `${runtime.program} ${runtime.version} ${statSync(runtime.program).mtimeMs}`

/** What the stamp says loads: the rebuilt file as it is now, or the prebuilt ones of the installed package. */
function addonInUse() {
  const rebuilt = statSync(rebuiltFile, { throwIfNoEntry: false })
  return rebuilt ? `rebuilt ${rebuilt.size} ${rebuilt.mtimeMs}` : `prebuilt ${packageVersion()}`
}

function packageVersion() {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version
}

/**
 * Outside node_modules, since `npm ci` deletes what was built and building takes most of a minute.
 * One for all runtimes: built by Node 20 it also loads in Node 24, and where it does not it is built anew.
 */
function keptFile() {
  const key = [packageVersion(), process.platform, process.arch].join('-')
  return join(userCache, `better-sqlite3-${key}.node`)
}

/** @param {string} kept */
function placeRebuilt(kept) {
  mkdirSync(dirname(rebuiltFile), { recursive: true })
  copyFileSync(kept, `${rebuiltFile}.new`)
  renameSync(`${rebuiltFile}.new`, rebuiltFile)
}
