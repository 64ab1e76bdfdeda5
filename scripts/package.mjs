// @ts-check
// `npm run package`: a folder in out/ that runs the app on this system, its fuses set and read back. Nothing is published.
//   npm run package -- --installers   also what electron-builder.yml lists for this system; needs the official Electron
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { versionOf, warning } from './package/pack.mjs'
import { release } from './package/places.mjs'
import { packageStages } from './package/stages.mjs'
import { getElectron } from './provision/electron.mjs'
import { projectRoot } from './provision/paths.mjs'
import { provision } from './provision/provision.mjs'

await provision(packageStages({ installers: readArguments() }))

const { official, path } = getElectron()
process.stdout.write(`${relative(projectRoot, release.folder)}\n`)
if (!official) {
  const line = '!'.repeat(78)
  process.stderr.write(`${line}\n${warning(await versionOf(path))}\n${line}\n`)
}

function readArguments() {
  try {
    const { values } = parseArgs({ options: { installers: { type: 'boolean', default: false } } })
    return values.installers
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message.split('. ')[0]}. The only option is --installers.\n`)
    process.exit(2)
  }
}
