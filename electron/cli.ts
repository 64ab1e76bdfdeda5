#!/usr/bin/env node
// The terminal entry: the same boot() as the window, without a window.
import { boot, homeFor } from './boot.ts'
import { runTerminal } from './terminal/terminal.ts'

const interrupted = new AbortController()
process.on('SIGINT', () => {
  // The first asks the model to stop and keeps what had arrived; the second one means it.
  if (interrupted.signal.aborted) process.exit(130)
  interrupted.abort()
})
process.on('SIGTERM', () => interrupted.abort())
// Whoever read our output has gone (`carrel … | head`): stop quietly, as every other program in a pipe does.
process.stdout.on('error', () => interrupted.abort())
process.stderr.on('error', () => undefined)

process.exitCode = await runTerminal({
  words: process.argv.slice(2),
  version: __APP_VERSION__,
  readInput: readStandardInput,
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  signal: interrupted.signal,
  open: async ({ home, host, as }) =>
    await boot({
      homePath: homeFor(home, process.env, process.env.INIT_CWD ?? process.cwd()),
      flagHost: host,
      as,
      environment: process.env,
      surface: null,
      log: (line) => process.stderr.write(`carrel: ${line}\n`),
    }),
})

/** Ends with what had come when the person interrupts. */
async function readStandardInput(): Promise<string> {
  interrupted.signal.addEventListener('abort', () => process.stdin.destroy(), { once: true })
  const parts: Buffer[] = []
  try {
    for await (const part of process.stdin) parts.push(Buffer.from(part))
  } catch (thrown) {
    if (!interrupted.signal.aborted) throw thrown
  }
  return Buffer.concat(parts).toString('utf8')
}
