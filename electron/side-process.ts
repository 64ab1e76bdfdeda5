// A process beside this one, where this one is Node: the terminal of the checkout, and tests.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { StartSide } from './contracts.ts'

/** `folder` is where the built files lie. The child ends with this process. */
export function sideStarter(folder: string): StartSide {
  return (name) => {
    const child = fork(join(folder, `${name}.mjs`), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    })
    // Nobody waits for it: what it does can be done again.
    child.unref()
    child.channel?.unref()
    const ended = new Promise<string>((resolve) => {
      child.once('error', (thrown) => resolve(String(thrown)))
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
    })
    return {
      send: (message) => void (child.connected && child.send(message as object, () => undefined)),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void ended.then(listener),
      kill: () => void child.kill('SIGKILL'),
    }
  }
}
