// ripgrep, where it is installed: it says quickly which files can hold some words, and nothing it says is shown or believed.
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { isAtOrBelow } from './refused-workspace.ts'

/** So many characters of paths in one call; Windows takes 32,767 for all of its command line. */
const callLength = 30_000

/** The program's absolute path, or null. Never one from the workspace: a model could have put it there. */
export async function findRipgrep(
  environment: Readonly<Record<string, string | undefined>>,
  workspace: string,
): Promise<string | null> {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg'
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const program = await realpath(join(folder, name)).catch(() => null)
    if (program === null || isAtOrBelow(program, workspace) || isAtOrBelow(folder, workspace)) continue
    const canRun = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (canRun) return program
  }
  return null
}

/** Only of plain ASCII words is it sure that ripgrep finds every file that we would: encodings and classes differ. */
export function canPropose(query: string, isPattern: boolean): boolean {
  return !isPattern && /^[\x20-\x7e]+$/.test(query)
}

/**
 * Those of the paths (from `root`, with slashes) whose files can hold the words, capitals or not; null when ripgrep cannot
 * tell: then any can. It opens them by their names and follows links, so the guards must open and match each one again; a
 * race gains nothing but a file that is looked into in vain.
 */
export async function proposed(
  program: string,
  query: string,
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Set<string> | null> {
  const found = new Set<string>()
  for (const call of callsOf(paths)) {
    const some = await proposedOf(program, query, root, call, signal)
    if (some === null) return null
    for (const path of some) found.add(path)
  }
  return found
}

async function proposedOf(
  program: string,
  query: string,
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string[] | null> {
  const options = ['--no-config', '--files-with-matches', '--null', '--fixed-strings', '--ignore-case', '--no-mmap']
  const args = [...options, '--color=never', '--regexp', query, '--', ...paths.map((path) => `./${path}`)]
  return await new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: {}, stdio: ['ignore', 'pipe', 'ignore'], signal })
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.once('error', () => resolve(null))
    // 0: some, 1: none; everything else means that it has not looked at all of them.
    child.once('close', (code) => {
      if (code !== 0 && code !== 1) return resolve(null)
      const names = Buffer.concat(parts).toString('utf8').split('\0').filter(Boolean)
      resolve(names.map((name) => withSlashes(name).slice('./'.length)))
    })
  })
}

function callsOf(paths: readonly string[]): string[][] {
  const calls: string[][] = []
  let length = callLength
  for (const path of paths) {
    if (length + path.length > callLength) {
      calls.push([])
      length = 0
    }
    calls.at(-1)?.push(path)
    length += path.length + 3
  }
  return calls
}

function withSlashes(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path
}
