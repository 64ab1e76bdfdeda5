// @ts-check
// Stage `libraries`: what Electron needs from a Linux system, and an Xvfb when windows must open without a display.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { electronPath } from './electron.mjs'
import { ProvisionFailure } from './failure.mjs'
import { missingPrograms } from './programs.mjs'
import { findProgram } from './run-command.mjs'
import { expectsRebuild } from './sqlite.mjs'
import { missingCompilers } from './sqlite-rebuild.mjs'
import { installSystemPackages } from './system-packages.mjs'

const askLdd = promisify(execFile)

/** Libraries that are not brought along by GTK, which brings all the others. */
const packageOfLibrary = /** @type {Record<string, string>} */ ({
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libnspr4.so': 'libnss3',
  'libasound.so.2': 'libasound2',
  'libgbm.so.1': 'libgbm1',
  'libdrm.so.2': 'libgbm1',
})

/**
 * @typedef {object} Needs
 * @property {boolean} xvfb
 * @property {import('./sqlite.mjs').Needs} sqlite
 */

/**
 * @param {Needs} needs
 * @returns {import('./provision.mjs').Stage}
 */
export function librariesStage(needs) {
  return {
    name: 'libraries',
    isFresh: async () => process.platform !== 'linux' || (await missingPackages(needs)).length === 0,
    async run(say) {
      await installSystemPackages(await missingPackages(needs), 'Electron and its tests need', 'libraries', say)
      const stillMissing = await missingLibraries()
      if (stillMissing.length > 0) {
        throw new ProvisionFailure(
          `Electron does not find ${stillMissing.join(', ')}: install the system packages that hold them and run the command again.`,
        )
      }
    },
  }
}

/** @param {Needs} needs */
async function missingPackages(needs) {
  const missing = new Set((await missingLibraries()).map((library) => packageOfLibrary[library] ?? 'libgtk-3-0'))
  if (needs.xvfb && !findProgram('Xvfb')) missing.add('xvfb')
  // Asked for here, so that whoever must install them by hand is told everything at once.
  if (expectsRebuild(needs.sqlite)) for (const compiler of missingCompilers()) missing.add(compiler)
  // All at once, which takes half the time.
  for (const name of missingPrograms()) missing.add(name)
  return [...missing]
}

/** @returns {Promise<string[]>} as ldd calls them: libnss3.so */
async function missingLibraries() {
  // musl's ldd ends with an error when something is missing, and then its words are what counts.
  const { stdout } = await askLdd('ldd', [electronPath()]).catch((error) => ({ stdout: String(error.stdout) }))
  return stdout
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(/\s/)[0] ?? '')
}
