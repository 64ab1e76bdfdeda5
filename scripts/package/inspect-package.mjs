// @ts-check
// Stage `package check`: what was packed is as a release needs it.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { getElectron } from '../provision/electron.mjs'
import { ProvisionFailure } from '../provision/failure.mjs'
import { runCommand } from '../provision/run-command.mjs'
import { requireFuses } from './fuse-wire.mjs'
import { release } from './places.mjs'

const probe = `
  const Database = require(process.argv[1])
  const database = new Database(':memory:')
  database.exec("create virtual table probe using fts5(words); insert into probe values ('it works')")
  if (database.prepare("select words from probe where probe match 'works'").get().words !== 'it works') process.exit(1)
`

/** @type {import('../provision/provision.mjs').Stage} */
export const checkStage = {
  name: 'package-check',
  isFresh: () => false,
  async run(say) {
    try {
      say('reading the fuses back')
      requireFuses(release.fuseFile)
      say('loading better-sqlite3 from the package')
      await requireSqlite()
    } catch (error) {
      // What is not as a release needs it must not lie about as one.
      rmSync(release.folder, { recursive: true, force: true })
      throw error
    }
  },
}

/** The package's own program no longer runs as Node, so the Electron it was made of does. */
async function requireSqlite() {
  const binaries = nativeFilesIn(join(release.resources, 'app.asar.unpacked'))
  if (binaries.length !== 1) {
    throw new ProvisionFailure(
      `The package should hold one binary of better-sqlite3, and holds ${binaries.join(', ') || 'none'}: correct "files" in electron-builder.yml.`,
    )
  }
  const module = join(release.resources, 'app.asar', 'node_modules', 'better-sqlite3')
  const loaded = await runCommand(getElectron().path, ['-e', probe, module], {
    stage: 'package-check',
    cwd: release.folder,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
  })
  if (!loaded.ok) {
    throw new ProvisionFailure(
      `The packed better-sqlite3 (${binaries[0]}) does not load in the Electron it was packed with (${loaded.how}; see ${loaded.log}): take the better-sqlite3 that is made for this Electron.`,
    )
  }
}

/** @param {string} folder */
function nativeFilesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.node'))
}
