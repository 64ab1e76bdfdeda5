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
  /** @type {any} */
  let report
  try {
    report = JSON.parse(readFileSync(reportFile(kind), 'utf8'))
  } catch {
    return []
  }
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
  /** @type {any} */
  let report
  try {
    report = JSON.parse(readFileSync(reportFile(kind), 'utf8'))
  } catch {
    return tally({})
  }
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
