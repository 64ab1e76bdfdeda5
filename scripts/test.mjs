// @ts-check
// `npm test`: brings everything the tests need, runs them all, and ends with "N passed, N failed".
//   npm test -- --only unit           one kind of test: types, lint, unit or desktop; may be given several times
//   npm test -- --only unit <args>    the rest goes to that kind's runner, here vitest: a file name, -t <test name>
//   npm test -- --show                windows open on the display there is, not on an invisible one
//   npm test -- --packaged <args>     packs the app, and runs the desktop tests and the packages' own on that instead
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startChild } from './child.mjs'
import { hasDisplay, startDisplay } from './display.mjs'
import { packageTestStages } from './package/stages.mjs'
import { getElectron } from './provision/electron.mjs'
import { nodeModules, projectRoot } from './provision/paths.mjs'
import { provision } from './provision/provision.mjs'
import { toolStages, unitTestStages, windowTestStages } from './provision/stages.mjs'
import { abuseTable, failedNames, removeReports, sum, tally, tallyOfReport } from './test-tally.mjs'

/** @typedef {import('./test-tally.mjs').Tally} Tally */

const kinds = /** @type {const} */ (['types', 'lint', 'unit', 'desktop'])
const { chosen, invisible, packaged, passedOn } = readArguments()

await provision(neededStages())

/** @type {Record<typeof kinds[number], () => Promise<Tally>>} */
const run = {
  types: () => runOne(['typescript', 'bin', 'tsc'], ['--noEmit']),
  lint: () => runOne(['@biomejs', 'biome', 'bin', 'biome'], ['check', '--error-on-warnings', '.']),
  unit: () => runMany('unit', ['vitest', 'vitest.mjs'], ['run'], process.env),
  desktop: runDesktop,
}

/** @type {Tally[]} */
const tallies = []
for (const kind of chosen) {
  const started = performance.now()
  process.stdout.write(`\n── ${kind}\n`)
  const result = await run[kind]()
  tallies.push(result)
  process.stdout.write(`${kind}: ${describe(result)} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`)
}
const abuse = abuseTable(chosen.filter((kind) => kind === 'unit' || kind === 'desktop'))
if (abuse.length > 0) process.stdout.write(`\n── abuse: number, outcome, tests, one of them\n${abuse.join('\n')}\n`)
// At the very end, where whoever sees only that still reads them.
for (const kind of chosen) {
  if (kind !== 'unit' && kind !== 'desktop') continue
  for (const name of failedNames(kind)) process.stdout.write(`\nfailed, ${kind}: ${name}`)
}
const total = sum(tallies)
process.stdout.write(`\n${describe(total)}\n`)
process.exitCode = total.failed > 0 ? 1 : 0

function readArguments() {
  const { values, tokens } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      show: { type: 'boolean' },
      packaged: { type: 'boolean' },
    },
    strict: false,
    tokens: true,
  })
  const packaged = values['packaged'] === true
  if (packaged && values.only !== undefined) stop('--packaged is a kind of its own: leave --only away.')
  const only = packaged ? ['desktop'] : /** @type {string[]} */ (values.only ?? [])
  const unknown = only.find((name) => !kinds.some((kind) => kind === name))
  if (unknown !== undefined) stop(`There is no kind of test called "${unknown}": choose from ${kinds.join(', ')}.`)
  const ours = new Set(
    tokens.flatMap((token) => {
      if (token.kind !== 'option' || !['only', 'show', 'packaged'].includes(token.name)) return []
      return token.value === undefined || token.inlineValue ? [token.index] : [token.index, token.index + 1]
    }),
  )
  const passedOn = process.argv.slice(2).filter((_, index) => !ours.has(index))
  if (passedOn.length > 0 && only.length !== 1) {
    stop(`"${passedOn.join(' ')}" would go to every kind of test: say which one with --only, for example --only unit.`)
  }
  return {
    chosen: kinds.filter((kind) => only.length === 0 || only.includes(kind)),
    packaged,
    invisible: process.platform === 'linux' && !(values['show'] && hasDisplay()),
    passedOn,
  }
}

function neededStages() {
  if (packaged) return packageTestStages({ xvfb: invisible })
  const runsUnitTests = chosen.includes('unit')
  if (!chosen.includes('desktop')) return runsUnitTests ? unitTestStages : toolStages
  return windowTestStages({ xvfb: invisible, node: runsUnitTests })
}

/** @param {string} sentence */
function stop(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

/**
 * A tool whose verdict is its exit code: it counts as one test.
 * @param {string[]} tool inside node_modules
 * @param {string[]} args
 */
async function runOne(tool, args) {
  const code = await runTool(tool, args, process.env)
  return code === 0 ? tally({ passed: 1 }) : tally({ failed: 1 })
}

/**
 * A runner that writes a report, from which its tests are counted.
 * @param {'unit' | 'desktop'} kind
 * @param {string[]} tool inside node_modules
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function runMany(kind, tool, args, env) {
  removeReports(kind)
  const code = await runTool(tool, args, env)
  return tallyOfReport(kind, code)
}

async function runDesktop() {
  const display = invisible ? await startDisplay() : undefined
  try {
    const { ELECTRON_RUN_AS_NODE: _, ...env } = display?.environment ?? process.env
    const electron = {
      // So that the electron package, too, names the Electron that was provisioned.
      ELECTRON_OVERRIDE_DIST_PATH: getElectron().folder,
      // Read by playwright.config.ts and test/desktop/carrel.ts.
      CARREL_TEST_PACKAGED: packaged ? '1' : undefined,
    }
    return await runMany('desktop', ['playwright', 'cli.js'], ['test'], { ...env, ...electron })
  } finally {
    await display?.stop()
  }
}

/**
 * @param {string[]} tool
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function runTool(tool, args, env) {
  const child = startChild(process.execPath, [join(nodeModules, ...tool), ...args, ...passedOn], {
    cwd: projectRoot,
    env,
  })
  const code = await child.ended
  // 130 is Ctrl+C: whoever pressed it does not want the next kind of test.
  if (code === 130) process.exit(code)
  return code
}

/** @param {Tally} result */
function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
