// @ts-check
// One provision at a time in a checkout. The lock lives outside node_modules, because `npm ci` deletes that.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectKey, userCache } from './paths.mjs'

const lockFile = join(userCache, 'locks', `${projectKey}.lock`)
const heartbeatMilliseconds = 5_000
const staleMilliseconds = 60_000

/**
 * Waits until this process holds the lock.
 * @param {(holder: string) => void} onWait called once when another provision holds it, with its process id
 * @returns {Promise<() => void>} gives the lock back
 */
export async function takeLock(onWait) {
  mkdirSync(dirname(lockFile), { recursive: true })
  for (let told = false; !tryToTake(); ) {
    const holder = readHolder()
    if (holder !== undefined && isStale(holder)) {
      removeStale(holder)
      continue
    }
    if (!told && holder) onWait(holder)
    told ||= Boolean(holder)
    await sleep(200)
  }
  // The heartbeat tells a live holder from a process id that was given to somebody else after a restart.
  const heartbeat = setInterval(() => utimesSync(lockFile, new Date(), new Date()), heartbeatMilliseconds)
  heartbeat.unref()
  const release = () => {
    clearInterval(heartbeat)
    process.off('exit', release)
    if (readHolder() === String(process.pid)) rmSync(lockFile, { force: true })
  }
  process.on('exit', release)
  return release
}

function tryToTake() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

function readHolder() {
  try {
    return readFileSync(lockFile, 'utf8')
  } catch {
    return undefined
  }
}

/** @param {string} holder */
function isStale(holder) {
  try {
    if (Date.now() - statSync(lockFile).mtimeMs > staleMilliseconds) return true
    // An empty file is a holder between creating and writing.
    if (holder) process.kill(Number(holder), 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/**
 * Takes the stale lock away. Two waiters may try at once, so the second must not take away the first one's fresh lock.
 * @param {string} holder
 */
function removeStale(holder) {
  const aside = `${lockFile}.${process.pid}`
  try {
    renameSync(lockFile, aside)
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, lockFile)
  } catch {
    // Somebody else was faster: the next round sees what is there now.
  }
  rmSync(aside, { force: true })
}
