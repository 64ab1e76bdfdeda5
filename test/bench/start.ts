// Figures "cold-start" and "idle-memory": Carrel with a usable composer against a blank window of the same Electron.
import { setTimeout as pause } from 'node:timers/promises'
import { type Kind, type MeasuredWindow, openWindow } from './electron-window.ts'
import { comparedFigure, type Figure, type Pair } from './figure.ts'
import { memoryOf } from './process-memory.ts'
import { startServer } from './stream.ts'
import type { Workshop } from './workshop.ts'

/** After the composer is usable: what is put off at the start has been done by then. */
const idleMs = 5_000

export async function measureStart(workshop: Workshop, runs: number): Promise<Figure[]> {
  const pairs = await interleaved(workshop, runs, async ({ startMs }) => startMs)
  return [comparedFigure('cold-start', 'ms', 1.35, pairs)]
}

export async function measureMemory(workshop: Workshop, runs: number): Promise<Figure[]> {
  if (process.platform !== 'linux') {
    process.stderr.write(': left out, memory shared by processes is only counted on Linux')
    return []
  }
  const pairs = await interleaved(workshop, runs, async ({ pid }) => {
    await pause(idleMs)
    return (await memoryOf(pid)) / 1_048_576
  })
  return [comparedFigure('idle-memory', 'MiB', 1.4, pairs)]
}

/** The first window of each kind is not counted: it makes folders and warms the disk. */
async function interleaved(
  workshop: Workshop,
  runs: number,
  look: (window: MeasuredWindow) => Promise<number>,
): Promise<Pair[]> {
  const server = await startServer(workshop, 10, 0)
  async function measure(kind: Kind): Promise<number> {
    const window = await openWindow(workshop, kind, kind === 'carrel' ? { host: server.url } : {})
    try {
      return await look(window)
    } finally {
      await window.quit()
    }
  }
  try {
    const pairs: Pair[] = []
    for (let run = 0; run <= runs; run += 1) {
      const pair = { own: await measure('carrel'), baseline: await measure('blank') }
      if (run > 0) pairs.push(pair)
    }
    return pairs
  } finally {
    server.stop()
  }
}
