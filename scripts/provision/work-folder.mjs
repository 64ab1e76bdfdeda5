// @ts-check
// Work folders inside the user's cache: what is made there is renamed into its place when complete, so a half one is never seen.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { userCache } from './paths.mjs'

const prefix = 'working-'

/**
 * @template T
 * @param {(folder: string) => Promise<T>} use the folder is empty, and gone afterwards
 * @returns {Promise<T>}
 */
export async function withWorkFolder(use) {
  mkdirSync(userCache, { recursive: true })
  removeAbandoned()
  const folder = mkdtempSync(join(userCache, `${prefix}${process.pid}-`))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs that were killed could not tidy up. */
function removeAbandoned() {
  for (const name of readdirSync(userCache)) {
    if (!name.startsWith(prefix)) continue
    const owner = Number(name.slice(prefix.length).split('-')[0])
    try {
      process.kill(owner, 0)
    } catch (error) {
      const isGone = /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
      if (isGone) rmSync(join(userCache, name), { recursive: true, force: true })
    }
  }
}
