// @ts-check
// Stage `package-for-tests`: the release once more, with one fuse turned so that Playwright can drive it, and the proof of that.
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ProvisionFailure } from '../provision/failure.mjs'
import { setFuses } from '../provision/fuses.mjs'
import { readFuses, requireFuses } from './fuse-wire.mjs'
import { release, testPackage } from './places.mjs'

/** @type {import('../provision/provision.mjs').Stage} */
export const testPackageStage = {
  name: 'package-for-tests',
  isFresh: () => false,
  async run(say) {
    say('copying the release and turning on its inspect fuse')
    rmSync(testPackage.folder, { recursive: true, force: true })
    cpSync(release.folder, testPackage.folder, { recursive: true, verbatimSymlinks: true })
    setFuses(testPackage.fuseFile, { EnableNodeCliInspectArguments: true })
    say('comparing the two')
    requireOneDifference()
  },
}

function requireOneDifference() {
  requireFuses(testPackage.fuseFile, { ...readFuses(release.fuseFile), EnableNodeCliInspectArguments: 'on' })
  const [ours, theirs] = [hashesOf(release.folder), hashesOf(testPackage.folder)]
  const names = [...new Set([...ours.keys(), ...theirs.keys()])]
  const different = names.filter((name) => ours.get(name) !== theirs.get(name))
  const bytes = differentBytes(readFileSync(release.fuseFile), readFileSync(testPackage.fuseFile))
  if (different.join() !== relative(release.folder, release.fuseFile) || bytes !== 1) {
    throw new ProvisionFailure(
      `The package for tests differs from the release in more than the inspect fuse (${different.join(', ')}; ${bytes} bytes of the program): what it shows would say nothing about the release.`,
    )
  }
}

/**
 * @param {string} folder
 * @returns {Map<string, string>} of every file, app.asar among them
 */
function hashesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')]
    }),
  )
}

/**
 * @param {Buffer} left
 * @param {Buffer} right
 */
function differentBytes(left, right) {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  let count = 0
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) count++
  return count
}
