// Looks at all processes of a command from outside: which they are, and what they have in memory together.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const pageBytes = 4_096

/**
 * A process and everything it has started. In a jail with a process namespace an orphan belongs to the first process of it, so
 * that nobody escapes from this list.
 */
export async function familyOf(pid: number): Promise<number[]> {
  const family: number[] = []
  let generation = [pid]
  while (generation.length > 0) {
    family.push(...generation)
    generation = (await Promise.all(generation.map(childrenOf))).flat()
  }
  return family
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`)))
  return lists.join(' ').split(' ').filter(Boolean).map(Number)
}

/** Bytes; what several of them share counts once, if the system lets us see it. */
export async function memoryOf(family: readonly number[], limit: number): Promise<number> {
  const resident = await Promise.all(family.map(residentOf))
  const sum = resident.reduce((total, bytes) => total + bytes, 0)
  // The exact figure costs the kernel a walk through every page, so it is asked for only when it decides.
  if (sum <= limit) return sum
  const shares = await Promise.all(family.map(async (member, index) => (await shareOf(member)) ?? resident[index] ?? 0))
  return shares.reduce((total, bytes) => total + bytes, 0)
}

async function residentOf(pid: number): Promise<number> {
  return Number((await textOf(`/proc/${pid}/statm`)).split(' ')[1] ?? 0) * pageBytes
}

async function shareOf(pid: number): Promise<number | null> {
  const found = /^Pss:\s+(\d+) kB/m.exec(await textOf(`/proc/${pid}/smaps_rollup`))
  return found ? Number(found[1]) * 1024 : null
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}

/**
 * The first process of a jail. It dies with the one that watches it, except while it is being set up; so its end is seen to. The
 * kernel ends the others of a process namespace before its first one: when that has gone, all of them have. One whose parent does
 * not look after it stays as a corpse, which is as good. Numbers are used again, so it is known by its start, too.
 */
export function hold(pid: number): { end(patienceMs: number): Promise<void> } {
  const born = bornOf(readNow(`/proc/${pid}/stat`))
  return {
    async end(patienceMs) {
      const until = performance.now() + patienceMs
      while (born !== null && performance.now() < until) {
        if (bornOf(await textOf(`/proc/${pid}/stat`)) !== born) return
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          return
        }
        await pause(1)
      }
    },
  }
}

/** When a process has begun; null when there is none, or only its corpse. */
function bornOf(stat: string): string | null {
  // The name in parentheses may hold spaces; the state is the first field after it, the start the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

function readNow(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Processes in whose command line this word stands. */
export async function processesNamed(word: string): Promise<number[]> {
  if (process.platform !== 'linux') return await processesListed(word)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => textOf(`/proc/${pid}/cmdline`)))
  return pids.filter((_, index) => lines[index]?.includes(word)).map(Number)
}

async function processesListed(word: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('/bin/ps', ['-axo', 'pid=,command='])
  return stdout
    .split('\n')
    .filter((line) => line.includes(word))
    .map((line) => Number.parseInt(line, 10))
}
