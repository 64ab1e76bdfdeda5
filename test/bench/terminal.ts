// Figures of the terminal: what a command costs from the start of its process to its end, as a person or a script waits for it.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildPart } from '../../scripts/build-parts.mjs'
import { projectRoot } from '../../scripts/provision/paths.mjs'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import { noTmux, startRepl } from '../support/tmux.ts'
import { absoluteFigure, comparedFigure, type Figure, type Pair } from './figure.ts'
import { startServer } from './stream.ts'
import type { Workshop } from './workshop.ts'

const run = promisify(execFile)
const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
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

const sessions = 1_000

/** In a real terminal, from the start of the process until the prompt can be typed at. */
export async function measureRepl(workshop: Workshop, runs: number): Promise<Figure[]> {
  if (noTmux !== null) {
    process.stderr.write(': left out, there is no tmux')
    return []
  }
  await buildPart('terminal')
  const server = await startServer(workshop, 10, 0)
  const home = join(workshop.folder, 'terminal-repl')
  await mkdir(join(home, 'sessions'), { recursive: true })
  for (let at = 0; at < sessions; at += 1) {
    const id = `0199${String(at).padStart(4, '0')}-0000-7000-8000-000000000000`
    const ts = '2026-11-22T07:20:00.101Z'
    const question = {
      type: 'message',
      id: 'q',
      parentId: null,
      ts,
      role: 'user',
      content: 'A quiet desk. '.repeat(100),
    }
    const head = { type: 'session', v: 1, id, ts, app: 'carrel/0.1.0', workspace: null }
    await writeFile(join(home, 'sessions', `${id}.jsonl`), `${JSON.stringify(head)}\n${JSON.stringify(question)}\n`)
  }
  const cwd = join(workshop.folder, 'terminal-repl-folder')
  await mkdir(cwd, { recursive: true })
  const took: number[] = []
  try {
    for (let at = 0; at < warmUps + runs; at += 1) {
      const begun = performance.now()
      const repl = await startRepl({ program, home, host: server.url, cwd })
      try {
        await repl.waitFor('the prompt', (screen) => /^>/m.test(screen))
        if (at >= warmUps) took.push(performance.now() - begun)
        await repl.keys('C-d')
        await repl.waitFor('its end', (screen) => screen.includes('[exit'))
      } finally {
        await repl.close()
      }
    }
  } finally {
    server.stop()
  }
  return [absoluteFigure('terminal-prompt', 'ms', 500, took)]
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
