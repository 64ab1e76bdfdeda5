// Runs a program of the tests as a user without rights: what root may do proves nothing.
import { type ChildProcess, spawn } from 'node:child_process'
import { chown } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/temp.ts'

const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** Gives a folder to the user of the programs below. */
export async function toNobody(folder: string): Promise<void> {
  if (isRoot) await chown(folder, nobody, nobody)
}

export async function nobodysFolder(): Promise<string> {
  const folder = await temporaryFolder()
  await toNobody(folder)
  return folder
}

/** The program in a process of its own. Its words on stdout are the caller's to read. */
export function spawnAsNobody(program: string, args: readonly string[]): ChildProcess {
  const command = [process.execPath, program, ...args]
  const dropped = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...command]
  const [file = '', ...rest] = isRoot ? dropped : command
  return spawn(file, rest, { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })
}

/** The same, ended with the test. */
export function asNobody(program: string, args: readonly string[]): ChildProcess {
  const child = spawnAsNobody(program, args)
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}
