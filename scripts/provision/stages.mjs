// @ts-check
// Which stages which command needs, in the order in which they need each other.
import { buildStage } from './build.mjs'
import { electronStage } from './electron.mjs'
import { librariesStage } from './libraries.mjs'
import { nodeStage } from './node.mjs'
import { packagesStage } from './packages.mjs'
import { programsStage } from './programs.mjs'
import { sandboxStage } from './sandbox.mjs'
import { sqliteStage } from './sqlite.mjs'

/** Enough for whatever runs in Node alone. */
export const toolStages = [nodeStage, packagesStage]

/** The terminal front: no Electron, no display. */
export const terminalStages = [...toolStages, buildStage('terminal')]

/** What the terminal's search wants beside them. */
export const searchStages = [sqliteStage({ electron: false, node: true })]

/** Unit tests: whatever can be loaded without a window. */
export const unitTestStages = [
  ...toolStages,
  programsStage,
  sqliteStage({ electron: false, node: true }),
  buildStage('terminal', 'desktop'),
]

/**
 * The real window under Playwright, which starts it without Chromium's sandbox unless a test asks for it.
 * @param {{ xvfb: boolean, node: boolean }} needs an invisible display; better-sqlite3 in Node as well as in Electron
 */
export function windowTestStages({ xvfb, node }) {
  const sqlite = { electron: true, node }
  return [
    ...toolStages,
    electronStage,
    librariesStage({ xvfb, sqlite }),
    sqliteStage(sqlite),
    buildStage('terminal', 'desktop'),
  ]
}

/**
 * The app for a person to use. How it is built is left to the caller.
 * @param {{ xvfb: boolean }} needs an invisible display
 */
export function appStages({ xvfb }) {
  const sqlite = { electron: true, node: false }
  return [...toolStages, electronStage, librariesStage({ xvfb, sqlite }), sandboxStage, sqliteStage(sqlite)]
}
