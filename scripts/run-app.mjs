// @ts-check
// Runs Electron on this project, on the display there is or on one of its own.
import { hasDisplay, startDisplay } from './display.mjs'
import { getElectron } from './provision/electron.mjs'
import { projectRoot } from './provision/paths.mjs'
import { isRoot } from './provision/system-packages.mjs'

const headlessFlag = '--headless-display'

/**
 * Reads the one flag that is ours, and says in one sentence what to do when windows have nowhere to open.
 * @param {string[]} args of the command line
 * @returns {{ headless: boolean, appArguments: string[] }}
 */
export function readDisplayFlag(args) {
  const headless = process.platform === 'linux' && args.includes(headlessFlag)
  if (!headless && !hasDisplay()) {
    process.stderr.write(
      `There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set): run the command in a desktop session, or add -- ${headlessFlag} to open it on an invisible display.\n`,
    )
    process.exit(1)
  }
  return { headless, appArguments: args.filter((argument) => argument !== headlessFlag) }
}

/** @typedef {{ program: string, args: string[], env: NodeJS.ProcessEnv }} Launch what starts the app; more arguments may follow */

/**
 * The environment and the first arguments with which Electron starts on this system, for as long as `use` runs.
 * @template T
 * @param {boolean} headless
 * @param {(launch: Launch) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withElectron(headless, use) {
  const display = headless ? await startDisplay() : undefined
  const { ELECTRON_RUN_AS_NODE: _, ...env } = display?.environment ?? process.env
  const args = []
  if (isRoot()) {
    process.stderr.write(
      'Running as root, so without the Chromium sandbox (--no-sandbox): use an ordinary user for real work.\n',
    )
    args.push('--no-sandbox')
  }
  try {
    return await use({ program: getElectron().path, args: [...args, projectRoot], env })
  } finally {
    await display?.stop()
  }
}
