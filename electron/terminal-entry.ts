// The terminal front on this process's own streams and signals: shared by the checkout's `carrel` and the package's.
import { existsSync } from 'node:fs'
import { errorCode } from '../shared/disk-failure.ts'
import { messages } from '../shared/messages/messages.ts'
import { openFront, restoreBackup } from './boot.ts'
import type { StartSide } from './contracts.ts'
import { homeFor, standingIn } from './home-path.ts'
import { written } from './last-words.ts'
import { exitCodes, fail } from './terminal/front.ts'
import { ownTerminal } from './terminal/own-terminal.ts'
import { runTerminal } from './terminal/terminal.ts'

/**
 * Answers the exit code; everything has been written by then. `skillsFolder` is of the skills that come with Carrel, and `owned` hears
 * when the data folder was to be written in: without, nothing is left there.
 */
export async function runOnStandardStreams(
  words: readonly string[],
  startSide: StartSide,
  skillsFolder: string,
  owned: () => void = () => undefined,
): Promise<number> {
  const interrupted = new AbortController()
  process.on('SIGINT', () => {
    // The first asks the model to stop and keeps what had arrived; the second one means it.
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort()
  })
  // A terminal that is closed hangs up.
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort())
  let lost: Error | null = null
  process.stdout.on('error', (thrown) => {
    // Whoever read our output has gone (`carrel … | head`): stop quietly, as every other program in a pipe does.
    if (errorCode(thrown) !== 'EPIPE') lost ??= thrown
    interrupted.abort()
  })
  process.stderr.on('error', () => undefined)

  const code = await runIn(standingIn(process.env), words, interrupted, startSide, skillsFolder, owned)
  await written(process.stdout)
  if (lost === null) return code
  // A script that goes on would take half of it for the whole.
  process.stderr.write(`${messages.terminal.outputLost(errorCode(lost))}\n`)
  return exitCodes.failed
}

/** `folder` is where the person stands; null when it has gone. */
async function runIn(
  folder: string | null,
  words: readonly string[],
  interrupted: AbortController,
  startSide: StartSide,
  skillsFolder: string,
  owned: () => void,
): Promise<number> {
  const write = (text: string | Uint8Array) => void process.stdout.write(text)
  const writeError = (text: string) => void process.stderr.write(text)
  const log = (line: string) => writeError(`carrel: ${line}\n`)
  if (folder === null) {
    const failure = { code: 'not-found', message: messages.terminal.folderGone } as const
    return fail({ json: words.includes('--json'), write, writeError }, failure)
  }
  return await runTerminal({
    words,
    version: __APP_VERSION__,
    folder,
    readInput: () => readStandardInput(interrupted.signal),
    inputPieces: standardInput,
    ask: isAtTerminal() ? (question) => askAtTerminal(question, interrupted.signal) : null,
    terminal: ownTerminal(process.env),
    isSpoken: process.env.CARREL_SCREEN_READER === '1',
    write,
    writeError,
    hasColour: process.stderr.isTTY === true && (process.env.NO_COLOR ?? '') === '',
    signal: interrupted.signal,
    open: async ({ home, host, as, log: tell = log, ...more }) => {
      const homePath = homeFor(home, process.env, folder)
      const front = await openFront({
        homePath,
        flagHost: host,
        as,
        environment: process.env,
        surface: null,
        startSide,
        skillsFolder,
        ...more,
        log: tell,
      })
      // It may be a place where no folder can be made.
      if (as === 'owner' && existsSync(homePath)) owned()
      return front
    },
    async restoreBackup({ home, ...request }) {
      const homePath = homeFor(home, process.env, folder)
      const { signal } = interrupted
      const restored = await restoreBackup({ ...request, homePath, environment: process.env, signal, log })
      return { ...restored, home: homePath }
    },
  })
}

/** Ends with what had come when the person interrupts. */
async function readStandardInput(interrupted: AbortSignal): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of standardInput(interrupted)) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** Ends without a word when the signal is aborted. */
async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (signal.aborted) return
  signal.addEventListener('abort', () => process.stdin.destroy(), { once: true })
  try {
    for await (const part of process.stdin) yield Buffer.from(part)
  } catch (thrown) {
    if (!signal.aborted) throw thrown
  }
}

/** Both: a question that nobody sees is not answered by what happens to be in the input. */
function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** The terminal itself edits the line, so Ctrl+C stays the signal it is everywhere else. */
async function askAtTerminal(question: string, interrupted: AbortSignal): Promise<string | null> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    return await new Promise((resolve) => {
      interrupted.addEventListener('abort', () => resolve(null), { once: true })
      lines.once('close', () => resolve(null))
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}
