// The REPL in a terminal for one test.
import { onTestFinished } from 'vitest'
import { terminalProgram } from './terminal.ts'
import { type ReplOptions, type ReplTerminal, startRepl } from './tmux.ts'

/** Ended with the test. */
export async function openRepl(options: Omit<ReplOptions, 'program'>): Promise<ReplTerminal> {
  const repl = await startRepl({ program: terminalProgram(), ...options })
  onTestFinished(() => repl.close())
  return repl
}
