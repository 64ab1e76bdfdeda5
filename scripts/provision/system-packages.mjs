// @ts-check
// Debian and Ubuntu packages: installed when we are root, otherwise named in one exact command.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProvisionFailure } from './failure.mjs'
import { findProgram, runCommand } from './run-command.mjs'

const listsFolder = '/var/lib/apt/lists'
const listsAreOldAfterMilliseconds = 24 * 60 * 60_000
const installCommand = ['install', '-y', '--no-install-recommends']

export const isRoot = () => process.getuid?.() === 0
export const hasApt = () => process.platform === 'linux' && findProgram('apt-get') !== undefined

/**
 * @param {string[]} packages names as in Debian 12
 * @param {string} why ends the sentence "… need"
 * @param {string} stage whose log takes the output
 * @param {(what: string) => void} say
 */
export async function installSystemPackages(packages, why, stage, say) {
  if (!hasApt()) {
    throw new ProvisionFailure(
      `${why} what Debian calls ${packages.join(', ')}: install the same with this system's package manager and run the command again.`,
    )
  }
  if (!isRoot()) {
    const names = await namesHere(packages, stage)
    throw new ProvisionFailure(
      `${why} system packages that only an administrator can install; run this and then the command again:\n  sudo apt-get update && sudo apt-get ${installCommand.join(' ')} ${names.join(' ')}`,
    )
  }
  say(`installing ${packages.join(' ')}`)
  if (listsAreOld()) await apt(['update'], stage)
  let result = await apt([...installCommand, ...(await namesHere(packages, stage))], stage)
  if (!result.ok) {
    // Most often the lists name files that the mirror has replaced since, or an earlier installation was interrupted.
    await runCommand('dpkg', ['--configure', '-a'], { stage })
    await apt(['update'], stage)
    result = await apt([...installCommand, ...(await namesHere(packages, stage))], stage)
  }
  if (!result.ok) {
    throw new ProvisionFailure(
      `apt-get could not install ${packages.join(' ')} (${result.how}): look at the end of ${result.log}, put right what it names and run the command again.`,
    )
  }
}

/** @param {string[]} args @param {string} stage */
function apt(args, stage) {
  return runCommand('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stage,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

/**
 * Newer Debian and Ubuntu renamed some libraries to …t64.
 * @param {string[]} packages
 * @param {string} stage
 */
async function namesHere(packages, stage) {
  const names = []
  for (const name of packages) {
    const renamed = await runCommand('apt-cache', ['show', '--quiet', `${name}t64`], { stage })
    names.push(renamed.ok ? `${name}t64` : name)
  }
  return names
}

function listsAreOld() {
  if (!existsSync(listsFolder)) return true
  const lists = readdirSync(listsFolder).filter((name) => name.includes('_Packages'))
  const newest = Math.max(0, ...lists.map((name) => statSync(join(listsFolder, name)).mtimeMs))
  return Date.now() - newest > listsAreOldAfterMilliseconds
}
