// @ts-check
// Fetches one exact npm package that is no dependency, checks its integrity and unpacks it. Linux only: needs `tar`.
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ProvisionFailure } from './failure.mjs'
import { runCommand, runNpm } from './run-command.mjs'

/**
 * @param {{ name: string, version: string, integrity: string }} pinned integrity as in a lock file: sha512-<base64>
 * @param {string} folder existing and empty
 * @param {string} stage whose log takes the output
 * @returns {Promise<string>} the folder that holds the package's files
 */
export async function fetchNpmPackage(pinned, folder, stage) {
  const spec = `${pinned.name}@${pinned.version}`
  const packed = await runNpm(['pack', spec, '--pack-destination', folder], { stage, cwd: folder })
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  if (!packed.ok || !tarball) {
    throw new ProvisionFailure(
      `npm could not fetch ${spec} (${packed.how}): look at the end of ${packed.log}, check the network or registry it names, and run the command again.`,
    )
  }
  const hash = createHash('sha512')
  await pipeline(createReadStream(join(folder, tarball)), hash)
  if (`sha512-${hash.digest('base64')}` !== pinned.integrity) {
    throw new ProvisionFailure(
      `The registry's ${spec} is not the file that was pinned, so it was not used: run the command again with another npm registry.`,
    )
  }
  const files = join(folder, 'package-files')
  mkdirSync(files)
  const unpacked = await runCommand('tar', ['-xzf', join(folder, tarball), '-C', files, '--strip-components=1'], {
    stage,
  })
  if (!unpacked.ok) {
    throw new ProvisionFailure(
      `tar could not unpack ${spec} (${unpacked.how}): look at ${unpacked.log}, free some disk space and run the command again.`,
    )
  }
  return files
}
