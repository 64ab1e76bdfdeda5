// A process beside the app's own, in the sandboxed way of Electron: it dies with the app.
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { utilityProcess } from 'electron'
import type { SidePort, StartSide } from '../contracts.ts'

/** `folder` is where the built files lie. */
export function sideStarter(folder: string): StartSide {
  return (name) => {
    const child = utilityProcess.fork(join(folder, `${name}.mjs`), [], {
      serviceName: `Carrel ${name}`,
      stdio: 'ignore',
    })
    let how: string | null = null
    let isExpected = false
    const listeners: ((how: string) => void)[] = []
    child.once('exit', (code) => {
      // Electron says 0 of one that was killed.
      how = isExpected ? 'ended' : `code ${code}`
      for (const listener of listeners) listener(how)
    })
    const port: SidePort = {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onExit(listener) {
        if (how === null) listeners.push(listener)
        else listener(how)
      },
      kill() {
        isExpected = true
        child.kill()
      },
    }
    return port
  }
}

/** The same as a thread, for the terminal front of a package: there Chromium never begins, and with it no process of Electron's. */
export function threadStarter(folder: string): StartSide {
  return (name) => {
    const worker = new Worker(join(folder, `${name}.mjs`))
    worker.unref()
    const ended = new Promise<string>((resolve) => {
      worker.once('error', (thrown) => resolve(String(thrown)))
      worker.once('exit', (code) => resolve(`code ${code}`))
    })
    return {
      send: (message) => worker.postMessage(message),
      onMessage: (listener) => void worker.on('message', listener),
      onExit: (listener) => void ended.then(listener),
      kill: () => void worker.terminate(),
    }
  }
}
