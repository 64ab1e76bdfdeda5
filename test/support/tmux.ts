// Drives the REPL in a real pseudo-terminal: tmux types, pastes and resizes, and says what stands on its screen.
import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { replWords } from '../../shared/messages/repl.ts'
import { waitFor } from './wait.ts'

const run = promisify(execFile)

/** Why no terminal can be driven here; null when one can. */
export const noTmux: string | null = hasTmux()
  ? null
  : 'The REPL is not tested here: tmux is not installed. npm test installs it for root where there is apt-get.'
if (noTmux !== null) process.stderr.write(`${noTmux}\n`)

function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'])
    return true
  } catch {
    return false
  }
}

export interface ReplOptions {
  /** Absolute path of `cli.cjs`. */
  program: string
  arguments?: readonly string[]
  home: string
  host: string
  cwd: string
  environment?: Readonly<Record<string, string>>
  columns?: number
  rows?: number
}

export interface ReplTerminal {
  /** As `send-keys` names them; each is one key. */
  keys(...names: string[]): Promise<void>
  /** As if it were typed in one go. */
  type(text: string): Promise<void>
  /** In the brackets of a paste. */
  paste(text: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  /** What stands on the screen, without empty rows at its end. */
  screen(): Promise<string>
  /** The same with what has gone off its top, rows that were broken put together again. */
  all(): Promise<string>
  /** With the escape sequences of its colours. */
  coloured(): Promise<string>
  waitForScreen(words: string): Promise<string>
  waitForAll(words: string): Promise<string>
  waitFor(what: string, isSo: (screen: string) => boolean): Promise<string>
  /** The keys of a card count, in two pictures of the screen: one that is taken while it is drawn may lack the words that they do not. */
  waitForArmed(): Promise<string>
  pid(): Promise<number>
  close(): Promise<void>
}

/** As a shell: it says that its job was stopped, and Enter brings it back. */
const goesOn = `code=$?; while [ $code = 148 ]; do printf '[stopped]'; read x; fg; code=$?; done; (exit $code)`

let opened = 0

/** When the REPL ends, `[exit CODE]` stands on the screen. */
export async function startRepl(options: ReplOptions): Promise<ReplTerminal> {
  const { program, home, host, cwd, environment = {}, columns = 100, rows = 30 } = options
  opened += 1
  const socket = `carrel-test-${process.pid}-${opened}`
  const tmux = async (...words: string[]) => (await run('tmux', ['-L', socket, '-f', '/dev/null', ...words])).stdout
  const words = [process.execPath, program, '--home', home, '--host', host, ...(options.arguments ?? [])]
  const variables = Object.entries({
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    TERM: 'tmux-256color',
    ...environment,
  })
  const inner = ['env', '-i', ...variables.map(([name, value]) => `${name}=${value}`), ...words].map(quoted).join(' ')
  const size = ['-x', String(columns), '-y', String(rows)]
  // The terminal stays when the REPL has ended.
  await tmux(
    'new-session',
    '-d',
    ...size,
    '-c',
    cwd,
    `set -m; stty sane; ${inner}; ${goesOn}; printf '[exit %s]' $?; exec cat`,
  )
  await tmux('set', '-g', 'history-limit', '50000')

  const trimmed = (text: string) => text.replace(/[ \n]+$/, '').replace(/ +$/gm, '')
  const screen = async () => trimmed(await tmux('capture-pane', '-p'))
  const all = async () => trimmed(await tmux('capture-pane', '-p', '-J', '-S', '-'))
  const waitOn = async (what: string, read: () => Promise<string>, isSo: (text: string) => boolean) => {
    let last = ''
    try {
      return await waitFor(what, async () => {
        last = await read()
        return isSo(last) ? last : null
      })
    } catch (thrown) {
      throw new Error(`${thrown instanceof Error ? thrown.message : ''} The screen was:\n${last}`)
    }
  }
  /** Of the shell in the terminal. */
  const children = async () => {
    const shell = Number(await tmux('display-message', '-p', '#{pane_pid}'))
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(shell)])
    return stdout.trim().split('\n').map(Number)
  }
  return {
    async keys(...names) {
      await tmux('send-keys', ...names)
    },
    async type(text) {
      await tmux('send-keys', '-l', text)
    },
    async paste(text) {
      const loaded = run('tmux', ['-L', socket, 'load-buffer', '-'])
      loaded.child.stdin?.end(text)
      await loaded
      await tmux('paste-buffer', '-p', '-d')
    },
    async resize(width, height) {
      await tmux('resize-window', '-x', String(width), '-y', String(height))
    },
    screen,
    all,
    coloured: () => tmux('capture-pane', '-p', '-e'),
    waitForScreen: async (text) => await waitOn(`“${text}” on the screen`, screen, (shown) => shown.includes(text)),
    waitForAll: async (text) => await waitOn(`“${text}” in the terminal`, all, (shown) => shown.includes(text)),
    waitFor: async (what, isSo) => await waitOn(what, screen, isSo),
    async waitForArmed() {
      let before = ''
      return await waitOn('the keys to be armed', screen, (shown) => {
        const isSame = shown === before
        before = shown
        // They may stand in two rows.
        const isWaiting = shown.replace(/\s+/g, ' ').includes(replWords.notYet)
        return isSame && !isWaiting && /\b(d deny|n no)\b/.test(shown)
      })
    },
    async close() {
      const left = await children().catch(() => [])
      await tmux('kill-server').catch(() => undefined)
      // Told to end, it still writes what it has: its folder must not be taken away under it.
      await waitFor('the REPL to end', () => !left.some(isAlive))
    },
    pid: async () => (await children())[0] ?? Number.NaN,
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
