// Starts Electron with a window that is measured: Carrel's as it was built, or a blank one.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getElectron } from '../../scripts/provision/electron.mjs'
import { projectRoot } from '../../scripts/provision/paths.mjs'
import { isRoot } from '../../scripts/provision/system-packages.mjs'
import { linesFrom, type Workshop } from './workshop.ts'

export type Kind = 'blank' | 'carrel'

/** Longer than any start on any machine that can run this at all. */
const startLimitMs = 60_000

export interface MeasuredWindow {
  /** Milliseconds from the start of the process until the window was usable. */
  readonly startMs: number
  readonly pid: number
  /** Runs a script in the page and answers its value. */
  evaluate<Value>(script: string): Promise<Value>
  /** Ends the app the way a person does. */
  quit(): Promise<void>
}

/** Makes the folder of a tiny app that loads the probe and then what is measured. */
async function makeApp(workshop: Workshop, kind: Kind): Promise<string> {
  const folder = join(workshop.folder, kind)
  const sources = join(import.meta.dirname, 'window')
  await mkdir(folder, { recursive: true })
  await copyFile(join(sources, 'probe.mjs'), join(folder, 'probe.mjs'))
  await copyFile(join(sources, 'blank.mjs'), join(folder, 'blank.mjs'))
  await writeFile(join(folder, 'blank.html'), '<!doctype html><meta charset="utf-8"><title>Blank</title>')
  const carrel = pathToFileURL(join(projectRoot, 'dist', 'electron', 'main.mjs')).href
  const measured = kind === 'carrel' ? carrel : './blank.mjs'
  await writeFile(join(folder, 'main.mjs'), `import './probe.mjs'\nimport ${JSON.stringify(measured)}\n`)
  const description = { name: 'bench', version: '0.0.0', type: 'module', main: 'main.mjs' }
  await writeFile(join(folder, 'package.json'), JSON.stringify(description))
  return folder
}

export interface WindowOptions {
  /** Address of the server. */
  host?: string
  /** Name of Carrel's data folder; a window that is given the same one finds what the one before it left. */
  home?: string
}

export async function openWindow(
  workshop: Workshop,
  kind: Kind,
  { host, home = 'home' }: WindowOptions = {},
): Promise<MeasuredWindow> {
  const folder = await makeApp(workshop, kind)
  // The first run shows something else than the place one writes in.
  await mkdir(join(workshop.folder, home), { recursive: true })
  await writeFile(join(workshop.folder, home, 'window.json'), '{"isWelcomed":true}', { flag: 'wx' }).catch(
    () => undefined,
  )
  const { ELECTRON_RUN_AS_NODE: _, OLLAMA_HOST: __, CARREL_HOME: ___, ...environment } = await workshop.environment()
  const arguments_ = [
    ...(isRoot() ? ['--no-sandbox'] : []),
    folder,
    ...(kind === 'carrel' ? ['--home', join(workshop.folder, home)] : []),
    ...(host === undefined ? [] : ['--host', host]),
  ]
  const begun = performance.now()
  const child = workshop.start(getElectron().path, arguments_, environment)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines = linesFrom(child)
  const timer = setTimeout(() => child.kill('SIGKILL'), startLimitMs)
  const said = await lines.next()
  const startMs = performance.now() - begun
  clearTimeout(timer)
  if (said.value !== '"usable"') {
    child.kill('SIGKILL')
    throw new Error(`The ${kind} window did not become usable: ${said.value ?? (await child.complaints())}`)
  }

  return {
    startMs,
    pid: child.pid ?? 0,
    async evaluate(script) {
      child.stdin.write(`${JSON.stringify(script)}\n`)
      const answer = JSON.parse((await lines.next()).value ?? '{"thrown":"the app has ended"}')
      if ('thrown' in answer) throw new Error(`A script in the ${kind} window failed: ${answer.thrown}`)
      return answer.value
    },
    async quit() {
      child.stdin.end()
      await ended
    },
  }
}
