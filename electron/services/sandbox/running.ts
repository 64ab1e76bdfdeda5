// One command that runs: its processes, its output and its limits.
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { plainStream } from '../../../shared/plain-text.ts'
import type { CommandEnd } from '../../contracts.ts'
import type { Input, Limits, Plan } from './jail.ts'
import { familyOf, hold, memoryOf } from './process-watch.ts'
import type { User } from './who-runs.ts'

export interface Ended extends Omit<CommandEnd, 'appeared'> {
  /** False when the jail itself did not come up; then the output is what it has said. */
  started: boolean
}

export interface Running {
  /** null as soon as the command itself has begun; how it ended when it never has. */
  ready: Promise<Ended | null>
  ended: Promise<Ended>
  read(): string
  onOutput(listener: (text: string) => void): void
  kill(why: CommandEnd['why']): void
}

const watchEveryMs = 200
const startPatienceMs = 30_000
/** After the last process has gone its output is at its end, too; nobody waits longer for that. */
const lastWordsMs = 500
/** A killed process that waits for a disk takes its time. */
const patienceMs = 5_000
const tooMuchTime = 128 + 24

/** `user` is null when it is our own. `hasOutgrown` is asked now and then. */
export function runPlanned(
  plan: Plan,
  limits: Limits,
  user: User | null,
  hasOutgrown: (processes: readonly number[]) => Promise<boolean>,
): Running {
  const begun = performance.now()
  const child = spawnWith(plan, user)
  const texts = [plainStream(), plainStream()] as const
  const listeners: ((text: string) => void)[] = []
  let output = ''
  let unread = ''
  let bytes = 0
  let ended = false
  let started = false
  let why: CommandEnd['why'] | null = null

  function kill(reason: CommandEnd['why']): void {
    if (ended) return
    why ??= reason
    // One that waits to be let go ends by that.
    if (!started) streams.get('ready')?.destroy()
    killGroup(child)
  }
  function tell(piece: string): void {
    if (piece === '') return
    output += piece
    unread += piece
    for (const listener of listeners) listener(piece)
  }
  function take(text: (typeof texts)[number], chunk: Buffer): void {
    const room = limits.outputBytes - bytes
    bytes += chunk.length
    if (room > 0) tell(text.take(chunk.subarray(0, room)))
    if (bytes > limits.outputBytes) kill('output')
  }

  // The time of a command begins with it: a busy machine may take long to set up a jail.
  let wall = setTimeout(() => kill('wall'), startPatienceMs)
  const streams = give(child, plan.inputs)
  const begins = new Promise<null>((resolve) => {
    streams.get('ready')?.once('data', () => {
      if (why !== null) return
      started = true
      streams.get('ready')?.write('\n')
      clearTimeout(wall)
      if (!ended) wall = setTimeout(() => kill('wall'), limits.wallMs)
      resolve(null)
    })
  })
  let info = ''
  let first: ReturnType<typeof hold> | null = null
  streams.get('first-process')?.on('data', (piece) => {
    info += String(piece)
    const pid = firstProcessIn(info)
    if (pid !== null) first ??= hold(pid)
  })
  const done = new Promise<Ended>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => take(texts[0], chunk))
    child.stderr?.on('data', (chunk: Buffer) => take(texts[1], chunk))
    const finish = async (code: number | null, signal: string | null, said = '') => {
      if (ended) return
      ended = true
      clearTimeout(wall)
      if (first !== null) await first.end(patienceMs)
      for (const text of texts) tell(text.end())
      tell(said)
      const end = why ?? (code === tooMuchTime ? 'cpu' : 'exited')
      resolve({
        exit: end === 'exited' ? code : null,
        signal: end === 'cpu' ? 'SIGXCPU' : end === 'exited' ? signal : 'SIGKILL',
        why: end,
        output,
        bytes,
        ms: Math.round(performance.now() - begun),
        started,
      })
    }
    child.once('error', (thrown) => void finish(null, null, String(thrown)))
    child.once('exit', (code, signal) => {
      const late = setTimeout(() => void finish(code, signal), lastWordsMs)
      child.once('close', () => {
        clearTimeout(late)
        void finish(code, signal)
      })
    })
  })
  void watch()

  async function watch(): Promise<void> {
    const { pid } = child
    if (pid === undefined) return
    for (;;) {
      await Promise.race([done, pause(watchEveryMs)])
      if (ended) return
      const family = await familyOf(pid)
      const [memory, isTooMuch] = await Promise.all([
        memoryOf(family, limits.memoryBytes),
        hasOutgrown(family).catch(() => false),
      ])
      if (memory > limits.memoryBytes) kill('memory')
      if (isTooMuch) kill('growth')
    }
  }

  return {
    ready: Promise.race([begins, done.then((end) => (end.started ? null : end))]),
    ended: done,
    kill,
    onOutput(listener) {
      if (output !== '') listener(output)
      listeners.push(listener)
    },
    read() {
      const piece = unread
      unread = ''
      return piece
    },
  }
}

/** Its own group, so that it can be killed as one. An empty environment: what it has, the jail gives it. */
function spawnWith(plan: Plan, user: User | null): ChildProcess {
  return spawn(plan.file, plan.args, {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...plan.inputs.map((input) => (input.kind === 'descriptor' ? input.fd : 'pipe'))],
    ...(user ?? {}),
  })
}

/** Hands everything over; answers the streams on which the jail says something. */
function give(child: ChildProcess, inputs: readonly Input[]): Map<Input['kind'], Socket> {
  const streams = new Map<Input['kind'], Socket>()
  inputs.forEach((input, index) => {
    const stream = child.stdio[index + 3]
    // The system makes them for both directions.
    if (!(stream instanceof Socket)) return
    // It may end before it has read everything.
    stream.on('error', () => undefined)
    if (input.kind === 'bytes') stream.end(input.bytes)
    else streams.set(input.kind, stream)
    stream.resume()
  })
  return streams
}

function firstProcessIn(info: string): number | null {
  const found = /"child-pid": (\d+)/.exec(info)
  return found ? Number(found[1]) : null
}

/** The group, and with it what bubblewrap has in its process namespace: that dies with it. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
