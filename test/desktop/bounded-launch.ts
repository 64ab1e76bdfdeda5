// Starts and ends the app under Playwright within a time limit: a package has no hold-ready.cjs, and may hang at launch.
import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as pause } from 'node:timers/promises'
import { _electron, type ElectronApplication, errors } from 'playwright/test'

type LaunchOptions = NonNullable<Parameters<typeof _electron.launch>[0]> & { executablePath: string }

const launchLimit = 20_000
const closeLimit = 15_000

/** Once more after a launch that hung, and never silently; a second one fails. `onHang` hears the milliseconds lost. */
export async function launchBounded(
  options: LaunchOptions,
  onHang: (lostMs: number) => void,
): Promise<ElectronApplication> {
  const first = await tryLaunch(options)
  if (first !== 'hung') return first
  onHang(launchLimit)
  process.stdout.write(`desktop: Playwright's launch hung for ${launchLimit / 1_000} s; killed and tried once more\n`)
  const second = await tryLaunch(options)
  if (second !== 'hung') return second
  throw new Error(`The app did not start within ${launchLimit / 1_000} s, twice in a row.`)
}

/** As a person ends it; an app that does not go is killed, and that is an error. */
export async function closeBounded(app: ElectronApplication): Promise<void> {
  const child = app.process()
  const over = new AbortController()
  const isLate = pause(closeLimit, true, { signal: over.signal }).catch(() => false)
  const closed = app.close().then(() => false)
  try {
    if (!(await Promise.race([closed, isLate]))) return
    closed.catch(() => undefined)
    await killTree(child)
    throw new Error(`The app (process ${child.pid}) had not quit ${closeLimit / 1_000} s after app.close(); killed.`)
  } finally {
    over.abort()
  }
}

async function tryLaunch(options: LaunchOptions): Promise<ElectronApplication | 'hung'> {
  // Playwright names the process only when it has connected, so it is noticed where Node starts it.
  const made: ChildProcess[] = []
  const notice = (message: unknown) => made.push((message as { process: ChildProcess }).process)
  subscribe('child_process', notice)
  try {
    return await _electron.launch({ ...options, timeout: launchLimit })
  } catch (thrown) {
    if (!(thrown instanceof errors.TimeoutError)) throw thrown
    await Promise.all(made.filter((child) => child.spawnfile === options.executablePath).map(killTree))
    return 'hung'
  } finally {
    unsubscribe('child_process', notice)
  }
}

/** Playwright starts the app as the leader of a process group of its own, except on Windows. */
async function killTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const isGone = child.exitCode !== null || child.signalCode !== null
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
  if (!isGone) await gone
}
