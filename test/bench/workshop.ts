// What every measurement needs: a folder on a real disk, a display nobody sees, and children that end with the bench.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'vite'
import { programConfig } from '../../scripts/build-configs.mjs'
import { startDisplay } from '../../scripts/display.mjs'
import { nodeModules, userCache } from '../../scripts/provision/paths.mjs'

export type Child = ChildProcessWithoutNullStreams & {
  /** The end of what it wrote to standard error, for the sentence about its failure. */
  complaints(): Promise<string>
}

export interface Workshop {
  /** Removed at the end. Not in the system's temporary folder, which may be memory: a sync would cost nothing there. */
  folder: string
  /** For programs that open windows. */
  environment(): Promise<NodeJS.ProcessEnv>
  /** Starts a program that ends when its standard input does. */
  start(program: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Child
  /** Builds a program of this folder as the app is built, and runs it: it prints pairs, in a process of its own. */
  runProgram<Result>(name: string, args: readonly string[]): Promise<Result>
}

export async function withWorkshop<Result>(work: (workshop: Workshop) => Promise<Result>): Promise<Result> {
  await mkdir(userCache, { recursive: true })
  const folder = await mkdtemp(join(userCache, 'bench-'))
  const displays: ReturnType<typeof startDisplay>[] = []

  function start(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Child {
    const child = spawn(program, args, { env: environment })
    // A program that has ended already is found out by whoever waits for what it says.
    child.stdin.on('error', () => undefined)
    let complaints = ''
    // Chromium complains a lot where there is no desktop, so nothing of it is shown unless something failed.
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-4_000)
    })
    const closed = new Promise((resolve) => child.once('close', resolve))
    return Object.assign(child, { complaints: () => closed.then(() => complaints) })
  }

  try {
    return await work({
      folder,
      start,
      async environment() {
        if (process.platform !== 'linux') return process.env
        const display = displays[0] ?? startDisplay()
        displays[0] = display
        return (await display).environment
      },
      async runProgram(name, args) {
        const outDir = join(folder, name)
        // What is not bundled is found beside the program.
        await symlink(nodeModules, join(folder, 'node_modules')).catch(() => undefined)
        await build({ ...programConfig(`test/bench/${name}.ts`, outDir, 'program.mjs'), logLevel: 'silent' })
        const child = start(process.execPath, [join(outDir, 'program.mjs'), ...args])
        const said = await text(child.stdout)
        if (said === '') throw new Error(`${name} gave no figures: ${await child.complaints()}`)
        return JSON.parse(said)
      },
    })
  } finally {
    for (const display of displays) await (await display).stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function text(stream: Readable): Promise<string> {
  let whole = ''
  for await (const chunk of stream.setEncoding('utf8')) whole += chunk
  return whole
}

/** The lines a program prints, from now on. */
export async function* linesFrom(child: Child): AsyncGenerator<string, void, undefined> {
  let rest = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
