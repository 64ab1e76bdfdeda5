// Whether a process is there, and since when: numbers are used again, so a process is known by its number and its start.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/disk-failure.ts'

export interface ProcessLife {
  exists: boolean
  /** The start in the platform's own words, comparable on this machine; null where it cannot be known. */
  startTime: string | null
}

export async function lookAt(pid: number): Promise<ProcessLife> {
  if (!answersSignals(pid)) return { exists: false, startTime: null }
  try {
    if (process.platform === 'linux') return await lookInProc(pid)
    if (process.platform === 'darwin') {
      const { stdout } = await promisify(execFile)('/bin/ps', ['-o', 'lstart=', '-p', String(pid)])
      return { exists: true, startTime: stdout.trim() || null }
    }
  } catch {
    // It was there a moment ago; nothing more can be said of it.
  }
  return { exists: true, startTime: null }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    // EPERM: it exists and belongs to somebody else.
    return errorCode(thrown) === 'EPERM'
  }
}

async function lookInProc(pid: number): Promise<ProcessLife> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  // The name in parentheses may hold spaces; the state is the first field after it, the start time the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A killed process whose parent does not look after it stays as a corpse, in a container without init forever.
  if (fields[0] === 'Z' || fields[0] === 'X') return { exists: false, startTime: null }
  return { exists: true, startTime: `${bootId.trim()}:${fields[19]}` }
}
