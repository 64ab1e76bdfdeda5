// @ts-check
// Counts tests from the JSON reports of vitest and Playwright.
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { projectRoot } from './provision/paths.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @param {'unit' | 'desktop'} kind */
const reportFile = (kind) => join(projectRoot, 'test-results', `${kind}.json`)

/**
 * @param {Partial<Tally>} counts
 * @returns {Tally}
 */
export const tally = (counts) => ({ passed: 0, failed: 0, skipped: 0, ...counts })

/** @param {Tally[]} tallies */
export const sum = (tallies) =>
  tallies.reduce(
    (total, each) => ({
      passed: total.passed + each.passed,
      failed: total.failed + each.failed,
      skipped: total.skipped + each.skipped,
    }),
    tally({}),
  )

/**
 * So that a runner that crashes is not counted from the report of an earlier run.
 * @param {'unit' | 'desktop'} kind
 */
export const removeReports = (kind) => rmSync(reportFile(kind), { force: true })

/**
 * A runner that failed without a failed test, or ran none, counts as one failed test: silence is not success.
 * @param {'unit' | 'desktop'} kind
 * @param {number} exitCode
 * @returns {Tally}
 */
export function tallyOfReport(kind, exitCode) {
  const counted = readReport(kind)
  const isSilent = counted.failed === 0 && (exitCode !== 0 || counted.passed === 0)
  return isSilent ? { ...counted, failed: 1 } : counted
}

/**
 * The names of the tests that failed, as their runner calls them: said again at the end, where one looks first.
 * @param {'unit' | 'desktop'} kind
 * @returns {string[]}
 */
export function failedNames(kind) {
  const report = read(kind)
  if (report === null) return []
  if (kind === 'unit') {
    return report.testResults.flatMap((/** @type {any} */ file) =>
      file.assertionResults
        .filter((/** @type {any} */ test) => test.status === 'failed')
        .map((/** @type {any} */ test) => `${relative(projectRoot, file.name)} > ${test.fullName}`),
    )
  }
  return report.suites.flatMap(failedSpecs)
}

/**
 * @param {any} suite
 * @returns {string[]}
 */
function failedSpecs(suite) {
  const own = (suite.specs ?? []).filter((/** @type {any} */ spec) => !spec.ok)
  return [
    ...own.map((/** @type {any} */ spec) => `${spec.file}:${spec.line} > ${spec.title}`),
    ...(suite.suites ?? []).flatMap(failedSpecs),
  ]
}

/** @param {'unit' | 'desktop'} kind */
function readReport(kind) {
  const report = read(kind)
  if (report === null) return tally({})
  return kind === 'unit'
    ? tally({
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      })
    : tally({
        passed: report.stats.expected,
        failed: report.stats.unexpected + report.stats.flaky + report.errors.length,
        skipped: report.stats.skipped,
      })
}

/** `A3 …`, `abuse 75, 76: …`, `102: …`: how a test says which row of the table of abuse it is. */
const row = /^([A-J]\d{1,3})(?:-\d+)?[ :]|^abuse ([\d, -]+)|^(\d{1,3}(?:, \d{1,3})*): /

/**
 * The table of abuse of a run: each row by its number, with how many tests there were, what came of them, and the name of one.
 * @param {('unit' | 'desktop')[]} kinds that were run
 * @returns {string[]} lines, empty when none of these tests was run
 */
export function abuseTable(kinds) {
  /** @type {Map<number, { passed: number, failed: number, skipped: number, name: string }>} */
  const rows = new Map()
  for (const kind of kinds) {
    for (const { names, outcome } of testsOf(kind)) {
      for (const [at, name] of names.entries()) {
        for (const number of numbersIn(name)) {
          const known = rows.get(number) ?? { passed: 0, failed: 0, skipped: 0, name: names.slice(at).join(': ') }
          known[outcome] += 1
          rows.set(number, known)
        }
      }
    }
  }
  return [...rows]
    .sort(([one], [other]) => one - other)
    .map(([number, { passed, failed, skipped, name }]) => {
      const came = failed > 0 ? 'FAILED' : passed > 0 ? 'held' : 'skipped'
      return `${String(number).padStart(4)}  ${came.padEnd(7)}  ${String(passed + failed + skipped).padStart(4)}  ${name}`
    })
}

/** @param {string} name @returns {number[]} */
function numbersIn(name) {
  const found = row.exec(name)
  if (!found) return []
  const listed = (found[1] ?? found[2] ?? found[3] ?? '').replace(/[A-J]/g, '').split(',')
  return listed.flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return from > 0 ? Array.from({ length: Math.max(0, to - from) + 1 }, (_, index) => from + index) : []
  })
}

/**
 * @param {'unit' | 'desktop'} kind
 * @returns {{ names: string[], outcome: 'passed' | 'failed' | 'skipped' }[]} names: of the test and of what it stands in
 */
function testsOf(kind) {
  /** @type {any} */
  const report = read(kind)
  if (report === null) return []
  if (kind === 'desktop') return report.suites.flatMap(specsOf)
  return report.testResults.flatMap((/** @type {any} */ file) =>
    file.assertionResults.map((/** @type {any} */ test) => ({
      names: [...test.ancestorTitles, test.title],
      outcome: test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped',
    })),
  )
}

/** @param {any} suite @returns {{ names: string[], outcome: 'passed' | 'failed' | 'skipped' }[]} */
function specsOf(suite) {
  const own = (suite.specs ?? []).map((/** @type {any} */ spec) => {
    const isSkipped = spec.tests.every((/** @type {any} */ test) => test.status === 'skipped')
    return { names: [spec.title], outcome: isSkipped ? 'skipped' : spec.ok ? 'passed' : 'failed' }
  })
  return [...own, ...(suite.suites ?? []).flatMap(specsOf)]
}

/** @param {'unit' | 'desktop'} kind @returns {any} null when there is no report */
function read(kind) {
  try {
    return JSON.parse(readFileSync(reportFile(kind), 'utf8'))
  } catch {
    return null
  }
}
