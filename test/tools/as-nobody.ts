// Runs a program of the tests as a user without rights: what root may do proves nothing.
import { type ChildProcess, spawn } from 'node:child_process'
import { chown } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/temp.ts'

const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** A folder that belongs to the user of `asNobody`. */
export async function nobodysFolder(): Promise<string> {
  const folder = await temporaryFolder()
  if (isRoot) await chown(folder, nobody, nobody)
  return folder
}

/** The program in a process of its own, ended with the test. Its words on stdout are the caller's to read. */
export function asNobody(program: string, args: readonly string[]): ChildProcess {
  const command = [process.execPath, program, ...args]
  const dropped = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...command]
  const [file = '', ...rest] = isRoot ? dropped : command
  const child = spawn(file, rest, { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}
