// @ts-check
// Stage `package`: the built app around the provisioned Electron, in out/.
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { getElectron } from '../provision/electron.mjs'
import { ProvisionFailure } from '../provision/failure.mjs'
import { nodeModules, projectRoot } from '../provision/paths.mjs'
import { runCommand } from '../provision/run-command.mjs'
import { release } from './places.mjs'

const ask = promisify(execFile)
const rebuiltSqlite = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'
const platformFlag = { darwin: '--mac', win32: '--win' }[/** @type {string} */ (process.platform)] ?? '--linux'

/**
 * Always done anew: electron-builder knows best what has changed, and needs seconds.
 * @type {import('../provision/provision.mjs').Stage}
 */
export const packStage = {
  name: 'package',
  isFresh: () => false,
  async run(say) {
    const electron = getElectron()
    const version = await versionOf(electron.path)
    say(`packing with ${electron.official ? 'the official' : 'the substitute'} Electron ${version}`)
    await build('package', ['dir', `-c.electronDist=${electron.folder}`, ...sqliteFor(electron)], version)
    if (!electron.official) writeFileSync(join(release.folder, 'FOR-TRYING-ONLY.txt'), `${warning(version)}\n`)
  },
}

/**
 * What electron-builder.yml lists for this system, made of the folder as it was checked.
 * @type {import('../provision/provision.mjs').Stage}
 */
export const installersStage = {
  name: 'installers',
  isFresh: () => false,
  async run(say) {
    const electron = getElectron()
    if (!electron.official) {
      throw new ProvisionFailure(
        `Installers are for people, and ${electron.folder} is not the official Electron of package.json: run the command where that can be downloaded.`,
      )
    }
    say('making installers')
    const app = process.platform === 'darwin' ? join(release.folder, 'Carrel.app') : release.folder
    await build('installers', [`--prepackaged=${app}`], await versionOf(electron.path))
  },
}

/**
 * @param {string} stage whose log takes the output
 * @param {string[]} args
 * @param {string} version of Electron
 */
async function build(stage, args, version) {
  const builder = join(nodeModules, 'electron-builder', 'cli.js')
  const built = await runCommand(
    process.execPath,
    [builder, platformFlag, ...args, '--publish=never', `-c.electronVersion=${version}`],
    { stage, cwd: projectRoot },
  )
  if (!built.ok) throw new ProvisionFailure(`electron-builder did not succeed (${built.how}): look at ${built.log}.`)
}

/** @param {string} version */
export const warning = (version) =>
  `This package is for trying only, never for people: it was made with a substitute Electron (${version}, taken from an npm package), because the official one could not be downloaded.`

/**
 * The distribution itself does not always have a file that says so.
 * @param {string} program
 * @returns {Promise<string>}
 */
export async function versionOf(program) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' }
  const { stdout } = await ask(program, ['-p', 'process.versions.electron'], { env })
  return stdout.trim()
}

/**
 * electron-builder.yml takes the published better-sqlite3. A substitute Electron that cannot load it gets the one that
 * was built here.
 * @param {import('../provision/electron.mjs').Electron} electron
 */
function sqliteFor({ official }) {
  if (official || !existsSync(join(projectRoot, rebuiltSqlite))) return []
  return ['!node_modules/better-sqlite3/prebuilds{,/**}', rebuiltSqlite].map((pattern) => `-c.files=${pattern}`)
}
