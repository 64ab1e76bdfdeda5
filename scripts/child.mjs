// @ts-check
// Runs a program in the place of this one: signals go through, and its end is ours.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const sameKeystrokeMilliseconds = 500

/**
 * @typedef {object} Child
 * @property {Promise<number>} ended its exit code; 128 and the signal's number when a signal ended it
 * @property {() => void} stop asks it to end
 */

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Child}
 */
export function startChild(program, args, options = {}) {
  // Detached: a Ctrl+C reaches us twice, from the terminal and from npm, and must reach the child once.
  const child = spawn(program, args, { ...options, stdio: 'inherit', detached: process.platform !== 'win32' })
  let last = Number.NEGATIVE_INFINITY
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    const now = performance.now()
    if (now - last > sameKeystrokeMilliseconds) child.kill(signal)
    last = now
  }
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, passOn)
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const each of signals) process.off(each, passOn)
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
  return { ended, stop: () => child.kill() }
}
