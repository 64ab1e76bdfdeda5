// The terminal this process was started in.
import { setTimeout as pause } from 'node:timers/promises'
import type { Terminal } from './front.ts'

/** Within it the system stops a process. Milliseconds. */
const settlesMs = 50

/** null where there is none: both what is typed and what is shown have to be at one. */
export function ownTerminal(environment: NodeJS.ProcessEnv): Terminal | null {
  const { stdin, stdout } = process
  if (stdin.isTTY !== true || stdout.isTTY !== true) return null
  return {
    get columns() {
      return Math.max(20, stdout.columns || 80)
    },
    get rows() {
      return Math.max(6, stdout.rows || 24)
    },
    // xterm and the console of Linux cut rows instead.
    reflows: environment['XTERM_VERSION'] === undefined && environment['TERM'] !== 'linux',
    isDumb: environment['TERM'] === 'dumb',
    hasColour: (environment['NO_COLOR'] ?? '') === '',
    write: (text) => stdout.write(text),
    onInput(take) {
      stdin.on('data', (bytes: Buffer) => take(bytes))
    },
    onEnd(told) {
      stdin.once('end', told)
      stdin.once('error', told)
    },
    onResize(told) {
      stdout.on('resize', told)
    },
    onDrain(told) {
      stdout.on('drain', told)
    },
    setRaw(isRaw) {
      stdin.setRawMode(isRaw)
    },
    async suspend() {
      stdin.setRawMode(false)
      process.kill(process.pid, 'SIGTSTP')
      // By then it was stopped and goes on, or nobody could bring it back and the system did not stop it.
      await pause(settlesMs)
      stdin.setRawMode(true)
    },
    close() {
      stdin.setRawMode(false)
      stdin.pause()
      stdin.removeAllListeners('data')
      stdout.removeAllListeners('resize')
    },
  }
}
