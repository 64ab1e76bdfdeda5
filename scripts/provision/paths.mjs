// @ts-check
// Where provisioning keeps things: the project, its node_modules, and a folder of this user that outlives node_modules.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const nodeModules = join(projectRoot, 'node_modules')

/** Stamps and logs of this checkout. `npm ci` deletes it, and with it every stamp that speaks of node_modules. */
export const projectCache = join(nodeModules, '.cache', 'carrel')

/** Downloads and built files that several checkouts share. Deleting it only costs time. */
export const userCache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'carrel-dev')

/** A short name for this checkout, for things about it that must live outside it. */
export const projectKey = createHash('sha256').update(projectRoot).digest('hex').slice(0, 16)

/**
 * The file that takes the output of a stage's child processes.
 * `packages` replaces node_modules, so its log may not live there.
 * @param {string} stageName
 */
export function logFile(stageName) {
  const keepOutside = stageName === 'packages' || !existsSync(nodeModules)
  const folder = keepOutside ? join(userCache, 'logs', projectKey) : projectCache
  mkdirSync(folder, { recursive: true })
  return join(folder, `${stageName}.log`)
}
