// Figures of the terminal: what a command costs from the start of its process to its end, as a person or a script waits for it.
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildPart } from '../../scripts/build-parts.mjs'
import { projectRoot } from '../../scripts/provision/paths.mjs'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import { absoluteFigure, comparedFigure, type Figure, type Pair } from './figure.ts'
import { startServer } from './stream.ts'
import type { Workshop } from './workshop.ts'

const run = promisify(execFile)
const program = join(projectRoot, 'dist', 'electron', 'cli.mjs')
const bareClient = join(import.meta.dirname, 'bare-client.mjs')
const model = 'bench:1b'
/** The first start of each reads the files from the disk. */
const warmUps = 2

interface Finished {
  tookMs: number
  output: string
}

async function finished(args: readonly string[], cwd: string): Promise<Finished> {
  const begun = performance.now()
  const { stdout } = await run(process.execPath, args, { cwd, maxBuffer: 100_000_000 })
  return { tookMs: performance.now() - begun, output: stdout }
}

async function pairsOf(
  runs: number,
  own: () => Promise<Finished>,
  baseline: () => Promise<Finished>,
  check: (own: Finished, baseline: Finished) => void,
): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let at = 0; at < warmUps + runs; at += 1) {
    const [ours, bare] = [await own(), await baseline()]
    check(ours, bare)
    if (at >= warmUps) pairs.push({ own: ours.tookMs, baseline: bare.tookMs })
  }
  return pairs
}

export async function measureVersion({ folder }: Workshop, runs: number): Promise<Figure[]> {
  await buildPart('terminal')
  const pairs = await pairsOf(
    runs,
    () => finished([program, '--version'], folder),
    () => finished(['-e', '0'], folder),
    ({ output }) => {
      if (!/^\d+\.\d+\.\d+\n$/u.test(output)) throw new Error(`That is no version: ${output}`)
    },
  )
  return [comparedFigure('terminal-version', 'ms', 2.5, pairs)]
}

export function measureRun(name: string, tokens: number, limit: number) {
  return async (workshop: Workshop, runs: number): Promise<Figure[]> => {
    await buildPart('terminal')
    const server = await startServer(workshop, tokens, 0)
    const home = join(workshop.folder, name)
    // A run takes the folder it is called from, as a person's would.
    const cwd = join(workshop.folder, `${name}-folder`)
    await mkdir(cwd, { recursive: true })
    const options = ['--home', home, '--host', server.url, '--model', model]
    try {
      const pairs = await pairsOf(
        runs,
        () => finished([program, 'run', ...options, 'Say a great deal'], cwd),
        () => finished([bareClient, server.url, model, 'Say a great deal'], cwd),
        (own, bare) => {
          if (own.output.trim() !== bare.output.trim()) throw new Error('Both must write the same answer.')
        },
      )
      return [comparedFigure(name, 'ms', limit, pairs)]
    } finally {
      server.stop()
    }
  }
}

const messages = 50_000

export async function measureResume(workshop: Workshop, runs: number): Promise<Figure[]> {
  await buildPart('terminal')
  const server = await startServer(workshop, 10, 0)
  const home = join(workshop.folder, 'terminal-resume')
  await writeBigSession(join(home, 'sessions', 'big.jsonl'), { entries: messages })
  const took: number[] = []
  try {
    for (let at = 0; at < warmUps + runs; at += 1) {
      const args = ['run', '--home', home, '--host', server.url, '--model', model, '--session', 'big', 'And now?']
      const { tookMs, output } = await finished([program, ...args], workshop.folder)
      if (output.trim() === '') throw new Error(`Nothing was answered after ${entryIdOf(messages - 1)}.`)
      if (at >= warmUps) took.push(tookMs)
    }
  } finally {
    server.stop()
  }
  return [absoluteFigure('terminal-resume', 'ms', 1_000, took)]
}
