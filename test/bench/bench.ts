// The bench: measures one figure after the other and prints them as JSON or as a table.
import { parseArgs } from 'node:util'
import { measureAppend } from './append.ts'
import { measureBigMemory, measureBigOpen, measureBigWindow } from './big-session.ts'
import type { Figure } from './figure.ts'
import { measureKernel } from './kernel.ts'
import { measureList } from './list.ts'
import { measureLiveWindow } from './live-window.ts'
import { measureSandbox } from './sandbox.ts'
import { measureSearch } from './search.ts'
import { measureSkills } from './skills.ts'
import { measureMemory, measureStart } from './start.ts'
import { measureStream } from './stream.ts'
import { table } from './table.ts'
import { measureRepl, measureResume, measureRun, measureVersion } from './terminal.ts'
import { measureWindowWhileIndexing } from './window-while-indexing.ts'
import { type Workshop, withWorkshop } from './workshop.ts'

interface Measurement {
  /** The figures it gives. */
  names: readonly string[]
  /** How often it is measured, unless `--runs` says otherwise. */
  runs: number
  measure(workshop: Workshop, runs: number): Promise<Figure[]>
}

const measurements: readonly Measurement[] = [
  { names: ['stream'], runs: 25, measure: measureStream },
  { names: ['append'], runs: 25, measure: measureAppend },
  { names: ['kernel-message'], runs: 25, measure: measureKernel },
  { names: ['list', 'list-1000'], runs: 25, measure: measureList },
  { names: ['skills', 'skills-500'], runs: 15, measure: measureSkills },
  { names: ['search-rebuild', 'search-p95'], runs: 1, measure: measureSearch },
  { names: ['index-window-tasks-over-50ms'], runs: 3, measure: measureWindowWhileIndexing },
  { names: ['sandbox', 'sandbox-stop'], runs: 60, measure: measureSandbox },
  { names: ['cold-start'], runs: 21, measure: measureStart },
  { names: ['idle-memory'], runs: 3, measure: measureMemory },
  {
    names: ['window-tasks-over-50ms', 'window-longest-task', 'window-last-token'],
    runs: 5,
    measure: measureLiveWindow,
  },
  { names: ['big-open'], runs: 9, measure: measureBigOpen },
  { names: ['big-first-paint', 'big-scroll-tasks-over-50ms'], runs: 3, measure: measureBigWindow },
  { names: ['big-memory-of-50'], runs: 1, measure: measureBigMemory },
  { names: ['terminal-version'], runs: 25, measure: measureVersion },
  { names: ['terminal-run'], runs: 15, measure: measureRun('terminal-run', 20, 1.7) },
  { names: ['terminal-deltas'], runs: 9, measure: measureRun('terminal-deltas', 10_000, 1.3) },
  { names: ['terminal-prompt'], runs: 9, measure: measureRepl },
  { names: ['terminal-resume'], runs: 5, measure: measureResume },
]

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    runs: { type: 'string' },
  },
})
const { only } = flags
const runs = flags.runs === undefined ? undefined : Number(flags.runs)
if (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) refuse('--runs must be a whole number from 1.')
const isWanted = (name: string) => only === undefined || only.some((start) => name.startsWith(start))
const unknown = only?.find((start) => !measurements.some(({ names }) => names.some((name) => name.startsWith(start))))
if (unknown !== undefined) {
  refuse(`No figure begins with "${unknown}": there are ${measurements.flatMap(({ names }) => names).join(', ')}.`)
}

const figures = await withWorkshop(async (workshop) => {
  const measured: Figure[] = []
  for (const measurement of measurements.filter(({ names }) => names.some(isWanted))) {
    const begun = performance.now()
    process.stderr.write(`bench: ${measurement.names.filter(isWanted).join(', ')}`)
    measured.push(...(await measurement.measure(workshop, runs ?? measurement.runs)))
    process.stderr.write(` (${((performance.now() - begun) / 1_000).toFixed(1)} s)\n`)
  }
  return measured.filter(({ name }) => isWanted(name))
})
process.stdout.write(flags.json ? `${JSON.stringify({ figures })}\n` : table(figures))
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}
