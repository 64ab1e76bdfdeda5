// @ts-check
// The one runner of all stages: does what is missing, says it in one line per stage, stops at the first failure.
import { rmSync } from 'node:fs'
import { constants } from 'node:os'
import { ProvisionFailure } from './failure.mjs'
import { takeLock } from './lock.mjs'
import { logFile } from './paths.mjs'

const endingSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {() => boolean | Promise<boolean>} isFresh cheap, changes nothing, asks nobody
 * @property {(say: (what: string) => void) => Promise<void>} run does the work; throws ProvisionFailure
 */

/**
 * Everything is said on standard error: standard output belongs to the command that provisions.
 * Never returns after a failure, unless it is optional: says its sentence and ends the process with exit code 1.
 * @param {Stage[]} stages in the order in which they need each other
 * @param {{ silentWhenFresh?: boolean, isOptional?: boolean }} [options] what is optional may fail: that is said, and no more
 */
export async function provision(stages, options = {}) {
  const started = performance.now()
  for (const signal of endingSignals) process.on(signal, endOnSignal)
  try {
    if (await areAllFresh(stages)) {
      if (!options.silentWhenFresh) process.stderr.write(`provision: all ready (${seconds(started)})\n`)
      return
    }
    const release = await takeLock((holder) =>
      process.stderr.write(`provision: waiting for another provision (pid ${holder})\n`),
    )
    try {
      // Asked again under the lock: another provision may have done it meanwhile.
      for (const stage of stages) if (!(await stage.isFresh())) await runStage(stage)
    } finally {
      release()
    }
  } catch (error) {
    if (!(error instanceof ProvisionFailure)) throw error
    process.stderr.write(`provision: ${error.message}\n`)
    if (!options.isOptional) process.exit(1)
  } finally {
    for (const signal of endingSignals) process.off(signal, endOnSignal)
  }
}

/**
 * An orderly exit: it takes the children of the stages and the lock along.
 * @param {NodeJS.Signals} signal
 */
function endOnSignal(signal) {
  process.stderr.write('\nprovision: stopped, the next run goes on from here\n')
  process.exit(128 + constants.signals[signal])
}

/** @param {Stage[]} stages */
async function areAllFresh(stages) {
  for (const stage of stages) if (!(await stage.isFresh())) return false
  return true
}

/** @param {Stage} stage */
async function runStage(stage) {
  const started = performance.now()
  rmSync(logFile(stage.name), { force: true })
  let line = ''
  /** @param {string} what */
  const say = (what) => {
    process.stderr.write(line ? `, ${what}` : `provision: ${stage.name}: ${what}`)
    line += what
  }
  try {
    await stage.run(say)
    if (line) process.stderr.write(` (${seconds(started)})\n`)
  } catch (error) {
    if (line) process.stderr.write(`: failed after ${seconds(started)}\n`)
    throw error
  }
}

/** @param {number} started */
const seconds = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`
