// Kills a process in a certain state, however fast or slow the machine is.
import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Lets a process go on for a moment at a time and looks at it while it stands still; it is killed as soon as `isThere`, or after `looks` moments.
 * A kill at a random moment almost never meets what lasts a millisecond on a busy machine.
 */
export async function killWhen(child: ChildProcess, isThere: () => boolean, looks = 2000): Promise<void> {
  for (let look = 0; look < looks; look++) {
    child.kill('SIGSTOP')
    if (isThere()) break
    child.kill('SIGCONT')
    await pause(Math.random() * 4)
  }
  child.kill('SIGKILL')
}
