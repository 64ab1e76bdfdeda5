// Runs the packaged `carrel` as a script does: no display, no settings of this test run, a home that can be looked at.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { release } from '../../scripts/package/places.mjs'
import { identity, type Person } from './release.ts'

export interface Run {
  words: readonly string[]
  person?: Person
  /** The person's home, where nothing may appear. */
  personHome?: string
  environment?: Record<string, string>
  cwd?: string
  input?: string
  program?: string
}

export interface Ended {
  code: number | null
  signal: string | null
  out: string
  error: string
  milliseconds: number
}

export function startCarrel(run: Run): { child: ChildProcess; out(): string; ended: Promise<Ended> } {
  const { words, person, personHome = '/nonexistent', environment = {}, cwd = '/', input, program } = run
  const started = performance.now()
  const child = spawn(program ?? release.launcher, words, {
    ...(person && identity(person)),
    cwd,
    env: { PATH: process.env['PATH'], HOME: personHome, TMPDIR: personHome, ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  let [out, error] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    out += part
  })
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    error += part
  })
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ code, signal, out, error, milliseconds: performance.now() - started }),
  )
  return { child, out: () => out, ended }
}

export const runCarrel = async (run: Run): Promise<Ended> => await startCarrel(run).ended
