// Makes a package's Electron a plain terminal program: no window, no files of Chromium's, and the exit code is ours.
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { written } from '../last-words.ts'

/** The launcher puts it before the person's words, and two dashes between: Chromium reads no switches behind those. */
const marker = '--carrel-terminal'

/** A person's words, when the launcher started us as a terminal program. */
export function terminalWords(argv: readonly string[]): string[] | null {
  const end = argv.indexOf('--')
  return end > 0 && argv[end - 1] === marker ? argv.slice(end + 1) : null
}

/**
 * Never returns: the process ends with the answered exit code. It is awaited at the top level of the entry, which keeps
 * `ready` from coming, so Chromium has not opened a display, a profile or a network, and signals are still Node's.
 */
export async function runWindowless(run: () => Promise<number>): Promise<never> {
  // Never made, because Chromium never gets that far; and if it ever did, its files would not be in a person's home.
  app.setPath('userData', join(tmpdir(), `carrel-terminal-${randomUUID()}`))
  // Electron would show a dialog for the first, and go on after the second.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, endBadly)
  const code = await run()
  // What is still on its way to a slow reader must arrive.
  await Promise.all([process.stdout, process.stderr].map(written))
  process.exit(code)
}

function endBadly(thrown: unknown): void {
  process.stderr.write(`carrel: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
  process.exit(1)
}
