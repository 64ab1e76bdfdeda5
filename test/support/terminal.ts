// Builds the terminal front as the app is built, and runs it as a person or a script does: as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { copyTerminal } from './program.ts'
import { waitFor } from './wait.ts'

let program: string | null = null

/** For `beforeAll`. Into a folder of its own, so that test files can build at the same time. */
export async function buildTerminal(): Promise<() => Promise<void>> {
  return await build(false)
}

/** The same with the skills that come with Carrel. */
export async function buildTerminalWithSkills(): Promise<() => Promise<void>> {
  return await build(true)
}

async function build(withSkills: boolean): Promise<() => Promise<void>> {
  const built = await copyTerminal({ withSkills })
  program = built.program
  return built.remove
}

/** For what has to be started in another way. */
export function terminalProgram(): string {
  if (program === null) throw new Error('buildTerminal() has to run first.')
  return program
}

export interface Run {
  arguments: readonly string[]
  environment?: Readonly<Record<string, string>>
  /** Unless told, one that may be no workspace: the run has no tools then. */
  cwd?: string
  input?: string
  /** Runs as this user, who owns nothing. */
  uid?: number
  /** Another one than the one that `buildTerminal` has built. */
  program?: string
}

export interface Ended {
  code: number | null
  out: string
  error: string
  /** Standard output as JSON. */
  json(): unknown
  /** Standard output as JSON lines. */
  lines(): Record<string, unknown>[]
}

export interface Running {
  child: ChildProcess
  /** What has been written so far. */
  out(): string
  waitForOutput(words: string): Promise<void>
  ended: Promise<Ended>
}

export function startTerminal({
  arguments: words,
  environment = {},
  cwd = '/',
  input,
  uid,
  program: other,
}: Run): Running {
  const child = spawn(process.execPath, [other ?? terminalProgram(), ...words], {
    // Nothing of the surroundings of the test run: no OLLAMA_HOST, no INIT_CWD of npm.
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', CARREL_MEMORY_BYTES: '0', ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    cwd,
    ...(uid !== undefined && { uid, gid: uid }),
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  if (input !== undefined && input !== '') child.stdin?.end(input)
  let out = ''
  let error = ''
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    out += part
  })
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    error += part
  })
  const ended = once(child, 'close').then(
    ([code]: (number | null)[]): Ended => ({
      code: code ?? null,
      out,
      error,
      json: () => JSON.parse(out),
      lines: () =>
        out
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
    }),
  )
  return {
    child,
    out: () => out,
    waitForOutput: async (words) => {
      await waitFor(`the output “${words}”; it was: ${out} ${error}`, () => out.includes(words))
    },
    ended,
  }
}

export async function runTerminal(run: Run): Promise<Ended> {
  return await startTerminal(run).ended
}
