// @ts-check
// Stage `build`: dist/ holds what the sources say.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProvisionFailure } from './failure.mjs'
import { projectRoot } from './paths.mjs'
import { readStamp, removeStamp, writeStamp } from './stamp.mjs'

/** @typedef {import('../build-parts.mjs').Part} Part */

const sources = [
  'electron',
  'shared',
  'package.json',
  'package-lock.json',
  'scripts/build-parts.mjs',
  'scripts/build-configs.mjs',
]
const parts = {
  terminal: {
    sources,
    outputs: ['dist/electron/cli.cjs', 'dist/electron/works/works.cjs'],
  },
  desktop: {
    sources: [...sources, 'renderer'],
    outputs: ['dist/electron/main.mjs', 'dist/electron/preload.cjs', 'dist/renderer/index.html'],
  },
}

/**
 * @param {Part[]} wanted
 * @returns {import('./provision.mjs').Stage}
 */
export function buildStage(...wanted) {
  return {
    name: 'build',
    isFresh: () => wanted.every(isBuilt),
    async run(say) {
      // Not at the top: it needs vite, and this module is loaded before node_modules exists.
      const { buildPart } = await import('../build-parts.mjs')
      for (const part of wanted.filter((each) => !isBuilt(each))) {
        say(`building ${part}`)
        removeStamp(`build-${part}`)
        const state = stateOf(part)
        try {
          await buildPart(part)
        } catch (error) {
          throw new ProvisionFailure(
            `The build of ${part} failed, correct the source and run the command again:\n${error}`,
          )
        }
        writeStamp(`build-${part}`, { state })
      }
    },
  }
}

/** @param {Part} part */
function isBuilt(part) {
  const areThere = parts[part].outputs.every((output) => existsSync(join(projectRoot, output)))
  return areThere && readStamp(`build-${part}`)['state'] === stateOf(part)
}

/**
 * Size and time of every source: reading them all would take longer, and a needless build takes a second.
 * @param {Part} part
 */
function stateOf(part) {
  const hash = createHash('sha256')
  for (const source of parts[part].sources) addState(join(projectRoot, source), hash)
  return hash.digest('hex')
}

/**
 * @param {string} path
 * @param {import('node:crypto').Hash} hash
 */
function addState(path, hash) {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts?.isDirectory()) for (const name of readdirSync(path).sort()) addState(join(path, name), hash)
  else hash.update(`${path} ${facts?.size} ${facts?.mtimeMs}\n`)
}
