// Looks at all processes of a command from outside: which they are, and what they have in memory together.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
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
function bornOf(text: string): string | null {
  // The name in parentheses may hold spaces; the state is the first field after it, the start the 20th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return text === '' || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

function readNow(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** How long is waited for processes that do not go, and for those that do not show yet whose they are. Milliseconds. */
const endingMs = 5_000
const unclearMs = 250
/** Of the kernel's clock for processes, in a second. */
const ticks = 100

/** By which the processes of a command are known that has no namespace. */
export interface Mark {
  /** Stands in the environment of each. */
  word: string
  uid: number
  /** None of them is older. */
  since: number
}

/** Now, as the kernel counts the beginnings of processes. */
export function ticksNow(): number {
  return Math.floor(Number.parseFloat(readNow('/proc/uptime')) * ticks)
}

/**
 * Ends every process that has this mark, and what they start meanwhile. One that is just becoming another program shows no environment
 * for a moment: it is looked at again.
 */
export async function endMarked(mark: Mark): Promise<void> {
  const until = performance.now() + endingMs
  let clearBy = performance.now() + unclearMs
  while (performance.now() < until) {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const told = await Promise.all(pids.map((pid) => whoseIs(pid, mark)))
    const theirs = pids.filter((_, index) => told[index] === 'theirs')
    if (theirs.length > 0) clearBy = performance.now() + unclearMs
    else if (!told.includes('unclear') || performance.now() > clearBy) return
    for (const pid of theirs) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It has gone by itself.
      }
    }
    await pause(1)
  }
}

async function whoseIs(pid: string, { word, uid, since }: Mark): Promise<'theirs' | 'unclear' | 'others'> {
  const born = bornOf(await textOf(`/proc/${pid}/stat`))
  if (born === null || Number(born) < since) return 'others'
  const environment = await textOf(`/proc/${pid}/environ`)
  if (environment !== '') return environment.split('\0').includes(word) ? 'theirs' : 'others'
  const seen = await stat(`/proc/${pid}`).catch(() => null)
  return seen?.uid === uid ? 'unclear' : 'others'
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
