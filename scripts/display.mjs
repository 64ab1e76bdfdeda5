// @ts-check
// A display of our own: an Xvfb that nobody sees.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { endWithParent } from './provision/run-command.mjs'

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

/**
 * @typedef {object} Display
 * @property {NodeJS.ProcessEnv} environment what the programs on it need
 * @property {() => Promise<void>} stop
 *
 * @returns {Promise<Display>}
 */
export async function startDisplay() {
  // Without -noreset it starts itself anew when its last client goes, and refuses whoever comes in that moment.
  const xvfb = ['Xvfb', '-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-noreset']
  const [program = '', ...args] = [...endWithParent, ...xvfb]
  // Detached, so that a Ctrl+C in the terminal does not take the display away from under the app.
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const number = await readNumber(child)
  const { WAYLAND_DISPLAY: _, ...environment } = process.env
  const kill = () => child.kill()
  process.on('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    const ended = once(child, 'exit')
    if (kill()) await ended
  }
  return { environment: { ...environment, DISPLAY: `:${number}`, XDG_SESSION_TYPE: 'x11' }, stop }
}

/**
 * Xvfb writes the number and the newline separately, and ends when its pipe is closed early: so the pipe stays open.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
function readNumber(child) {
  let complaints = ''
  let number = ''
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-2000)
    })
    child.stdio[3]?.on('data', (/** @type {Buffer} */ chunk) => {
      number += chunk
      if (number.includes('\n')) resolve(number.trim())
    })
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      reject(new Error(`Xvfb ended at once (${signal ?? code}): ${complaints.trim()}`)),
    )
  })
}
