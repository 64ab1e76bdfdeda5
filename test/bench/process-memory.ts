// The memory of a process and of all its descendants, as Linux counts it: what several share is divided among them.
import { readdir, readFile } from 'node:fs/promises'

/** Bytes. */
export async function memoryOf(pid: number): Promise<number> {
  const family = await familyOf(pid)
  const sizes = await Promise.all(family.map(shareOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function familyOf(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger)
  const parents = await Promise.all(pids.map(async (one) => [one, await parentOf(one)] as const))
  const family = [pid]
  for (const member of family) {
    family.push(...parents.filter(([, parent]) => parent === member).map(([one]) => one))
  }
  return family
}

/** null for a process that has ended meanwhile. */
async function parentOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The name before it may hold spaces and brackets.
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

async function shareOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB/mu.exec(rollup)?.[1] ?? 0) * 1_024
}
