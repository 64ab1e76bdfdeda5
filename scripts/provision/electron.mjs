// @ts-check
// Stage `electron`: an Electron to run. The official one where it can be had, else a substitute from npm.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { canMakeFallback, fallbackFolder, hasFallback, makeFallback } from './electron-fallback.mjs'
import { ProvisionFailure } from './failure.mjs'
import { nodeModules } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { withWorkFolder } from './work-folder.mjs'

/**
 * @typedef {object} Electron
 * @property {string} path the program
 * @property {string} folder the unpacked distribution, what ELECTRON_OVERRIDE_DIST_PATH names
 * @property {string} version
 * @property {boolean} official false for the substitute and for an override of another version
 */

const packageFolder = join(nodeModules, 'electron')
const stallMilliseconds = 45_000
const totalMilliseconds = 30 * 60_000

/** @type {import('./provision.mjs').Stage} */
export const electronStage = {
  name: 'electron',
  isFresh: () => findElectron() !== undefined,
  async run(say) {
    const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
    if (override) {
      throw new ProvisionFailure(
        `ELECTRON_OVERRIDE_DIST_PATH names ${override}, but there is no ${binaryName()} in it: correct the variable or unset it.`,
      )
    }
    say(`fetching Electron ${officialVersion()}`)
    const download = await downloadOfficial()
    if (download.ok) return
    if (!canMakeFallback()) {
      throw new ProvisionFailure(
        `Electron ${officialVersion()} could not be downloaded (${download.how}; see ${download.log}) and there is no substitute for ${process.platform} ${process.arch}: check the network or proxy and run the command again, or name an unpacked Electron in ELECTRON_OVERRIDE_DIST_PATH.`,
      )
    }
    say(`not to be had here (${download.how})`)
    await makeFallback(say)
  },
}

/**
 * The Electron this checkout uses: named by ELECTRON_OVERRIDE_DIST_PATH, official, or the substitute.
 * @returns {Electron}
 */
export function getElectron() {
  const found = findElectron()
  if (!found) throw new Error('There is no Electron yet: run npm start or npm test, they fetch one.')
  return found
}

export const electronPath = () => getElectron().path

/** @returns {Electron | undefined} */
function findElectron() {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override) return describe(override, binaryName())
  return findOfficial() ?? (hasFallback() ? describe(fallbackFolder, 'electron') : undefined)
}

function findOfficial() {
  const folder = join(packageFolder, 'dist')
  // path.txt is what the electron package's installer writes last.
  const installed = existsSync(join(packageFolder, 'path.txt')) ? describe(folder, binaryName()) : undefined
  return installed?.official ? installed : undefined
}

/**
 * @param {string} folder
 * @param {string} binary
 * @returns {Electron | undefined}
 */
function describe(folder, binary) {
  const path = join(folder, binary)
  if (!existsSync(path)) return undefined
  const versionFile = join(folder, 'version')
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') : 'unknown'
  return { path, folder, version, official: version === officialVersion() }
}

/** @returns {string} */
function officialVersion() {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version
}

function binaryName() {
  const names = /** @type {Record<string, string>} */ ({
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  })
  return names[process.platform] ?? 'electron'
}

/**
 * Runs the electron package's own installer. It has no time limit, so it is ended when nothing arrives any more:
 * a network that drops packets would otherwise hold up everything for many minutes.
 */
async function downloadOfficial() {
  return withWorkFolder(async (folder) => {
    const given = new AbortController()
    const ended = new AbortController()
    const { ELECTRON_OVERRIDE_DIST_PATH: _, ELECTRON_RUN_AS_NODE: __, ...environment } = process.env
    const watching = abortWhenStalled([folder, join(packageFolder, 'dist')], given, ended.signal)
    const result = await runCommand(process.execPath, [join(packageFolder, 'install.js')], {
      stage: 'electron',
      cwd: dirname(packageFolder),
      env: { ...environment, TMPDIR: folder, TEMP: folder, TMP: folder },
      signal: given.signal,
    })
    ended.abort()
    await watching
    if (result.ok && findOfficial()) return result
    rmSync(join(packageFolder, 'dist'), { recursive: true, force: true })
    const how = given.signal.aborted ? 'nothing arrived any more' : 'its download place cannot be reached'
    return { ...result, ok: false, how }
  })
}

/**
 * @param {string[]} folders that grow while the work goes on
 * @param {AbortController} stalled
 * @param {AbortSignal} ended
 */
async function abortWhenStalled(folders, stalled, ended) {
  const started = Date.now()
  let lastSize = -1
  let lastGrowth = started
  while (!ended.aborted) {
    const size = folders.reduce((sum, folder) => sum + sizeOf(folder), 0)
    if (size !== lastSize) lastGrowth = Date.now()
    lastSize = size
    if (Date.now() - lastGrowth > stallMilliseconds || Date.now() - started > totalMilliseconds) stalled.abort()
    await sleep(1000, undefined, { signal: ended }).catch(() => {})
  }
}

/** @param {string} folder */
function sizeOf(folder) {
  if (!existsSync(folder)) return 0
  let sum = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return sum
}
