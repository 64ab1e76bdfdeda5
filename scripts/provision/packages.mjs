// @ts-check
// Stage `packages`: node_modules is exactly what the lock file says. No package's own script runs.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProvisionFailure } from './failure.mjs'
import { projectRoot } from './paths.mjs'
import { runNpm } from './run-command.mjs'
import { readStamp, removeStamp, writeStamp } from './stamp.mjs'

/** What node_modules depends on. The platform too: a folder shared with a container holds the wrong binaries for one of them. */
function wanted() {
  const lock = createHash('sha256')
    .update(readFileSync(join(projectRoot, 'package-lock.json')))
    .digest('hex')
  return { lock, platform: process.platform, arch: process.arch }
}

/** @type {import('./provision.mjs').Stage} */
export const packagesStage = {
  name: 'packages',
  isFresh() {
    const have = readStamp('packages')
    return Object.entries(wanted()).every(([key, value]) => have[key] === value)
  },
  async run(say) {
    say('installing what package-lock.json names')
    const facts = wanted()
    removeStamp('packages')
    const result = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      stage: 'packages',
      cwd: projectRoot,
    })
    if (!result.ok) {
      throw new ProvisionFailure(
        `npm ci failed (${result.how}): look at the end of ${result.log}, check the network or registry it names, and run the command again.`,
      )
    }
    writeStamp('packages', facts)
  },
}
