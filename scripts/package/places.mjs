// @ts-check
// Where packages lie, and what stands where in one. Only the Linux column has been run; see docs/packaging.md.
import { join } from 'node:path'
import { projectRoot } from '../provision/paths.mjs'

/**
 * @typedef {object} Package
 * @property {string} folder everything that is handed on
 * @property {string} program what a person starts
 * @property {string} fuseFile the file with the fuses in it
 * @property {string} resources
 * @property {string} launcher the terminal program; Linux only
 */

const outFolder = join(projectRoot, 'out')
const architecture = process.arch === 'x64' ? '' : `-${process.arch}`

/** What goes to people. */
export const release = layout(join(outFolder, folderName()))

/** The same but for one fuse, so that Playwright can drive it. */
export const testPackage = layout(join(outFolder, 'for-tests'))

/** As electron-builder calls it. */
function folderName() {
  if (process.platform === 'darwin') return process.arch === 'x64' ? 'mac' : `mac${architecture}`
  return `${process.platform === 'win32' ? 'win' : 'linux'}${architecture}-unpacked`
}

/**
 * @param {string} folder
 * @returns {Package}
 */
function layout(folder) {
  const launcher = join(folder, 'carrel')
  if (process.platform === 'darwin') {
    const contents = join(folder, 'Carrel.app', 'Contents')
    return {
      folder,
      launcher,
      program: join(contents, 'MacOS', 'Carrel'),
      fuseFile: join(contents, 'Frameworks', 'Electron Framework.framework', 'Electron Framework'),
      resources: join(contents, 'Resources'),
    }
  }
  const program = join(folder, process.platform === 'win32' ? 'Carrel.exe' : 'carrel-desktop')
  return { folder, launcher, program, fuseFile: program, resources: join(folder, 'resources') }
}
