// @ts-check
// Child processes of the stages: their output goes to the stage's log, never to the terminal.
import { spawn } from 'node:child_process'
import { accessSync, closeSync, constants, openSync, writeSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { logFile } from './paths.mjs'

const hasProcessGroups = process.platform !== 'win32'

/**
 * What to put before a command so that it ends when this process is killed and cannot end it.
 * An `npm ci` that lives on would work against the next provision's.
 */
export const endWithParent = findProgram('setpriv') ? ['setpriv', '--pdeathsig', 'TERM'] : []

/**
 * @typedef {object} CommandOptions
 * @property {string} stage whose log takes the output
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {AbortSignal} [signal] kills the child when it fires
 *
 * @typedef {object} CommandResult
 * @property {boolean} ok ended with exit code 0
 * @property {string} how "exit code 1", "SIGSEGV", "ENOENT"
 * @property {string} log the file that has the output
 */

/**
 * Runs a command to its end. Never throws for a command that fails or does not exist.
 * @param {string} command
 * @param {string[]} args
 * @param {CommandOptions} options
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options) {
  const log = logFile(options.stage)
  const output = openSync(log, 'a')
  writeSync(output, `\n$ ${[command, ...args].join(' ')}\n`)
  return new Promise((resolve) => {
    /** @param {boolean} ok @param {string} how */
    const end = (ok, how) => {
      process.off('exit', stop)
      options.signal?.removeEventListener('abort', stop)
      closeSync(output)
      resolve({ ok, how, log })
    }
    const [program = '', ...programArgs] = [...endWithParent, command, ...args]
    const child = spawn(program, programArgs, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', output, output],
      windowsHide: true,
      detached: hasProcessGroups,
    })
    const stop = () => stopWithDescendants(child)
    process.on('exit', stop)
    options.signal?.addEventListener('abort', stop)
    let failed = ''
    child.on('error', (error) => {
      failed = /** @type {NodeJS.ErrnoException} */ (error).code ?? error.message
      // A child that never started has no 'close'.
      if (child.pid === undefined) end(false, failed)
    })
    child.on('close', (code, signal) => end(code === 0 && !failed, failed || signal || `exit code ${code}`))
  })
}

/** @param {import('node:child_process').ChildProcess} child */
function stopWithDescendants(child) {
  try {
    if (hasProcessGroups && child.pid) process.kill(-child.pid)
    else child.kill()
  } catch {
    // It ended by itself.
  }
}

/**
 * npm itself, as the one that runs us or the one on the path.
 * @param {string[]} args
 * @param {CommandOptions} options
 */
export function runNpm(args, options) {
  const running = process.env['npm_execpath']
  if (running?.endsWith('npm-cli.js')) return runCommand(process.execPath, [running, ...args], options)
  return process.platform === 'win32'
    ? runCommand('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options)
    : runCommand('npm', args, options)
}

/**
 * @param {string} program
 * @returns {string | undefined} its full path, when it is on the path
 */
export function findProgram(program) {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, program)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not here: look in the next folder.
    }
  }
  return undefined
}
