// Figures of long sessions: opening one, its first paint, scrolling through it, and the memory that many of them leave behind.
import { link, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import { type MeasuredWindow, openWindow } from './electron-window.ts'
import { absoluteFigure, comparedFigure, type Figure, noneFigure, type Pair } from './figure.ts'
import { memoryOf } from './process-memory.ts'
import { startServer } from './stream.ts'
import type { Workshop } from './workshop.ts'

const entries = 50_000
/** The search index has read a new session by then. */
const indexedMs = 20_000

export async function measureBigOpen(workshop: Workshop, runs: number): Promise<Figure[]> {
  const pairs = await workshop.runProgram<Pair[]>('big-open-run', [workshop.folder, String(runs)])
  return [comparedFigure('big-open', 'ms', 0.2, pairs)]
}

/** Opens the first session of the list and answers when its last entry was painted. Milliseconds. */
const openFirst = (lastId: string) => `new Promise((resolve) => {
  const row = () => document.querySelector('.session > .row')
  const begin = () => {
    if (!row()) return setTimeout(begin, 100)
    const begun = performance.now()
    const look = () => {
      if (!document.querySelector('[data-entry="${lastId}"]')) return requestAnimationFrame(look)
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => { port1.close(); resolve(performance.now() - begun) }
      port2.postMessage(null)
    }
    row().click()
    requestAnimationFrame(look)
  }
  begin()
})`

/** Opens the session below the open one, by its key: the list draws only the rows in sight. */
const openNext = (lastId: string) => `new Promise((resolve) => {
  const before = document.querySelector('.transcript')
  const look = () => {
    const now = document.querySelector('.transcript')
    if (now && now !== before && now.querySelector('[data-entry="${lastId}"]')) return resolve(null)
    requestAnimationFrame(look)
  }
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', ctrlKey: true, bubbles: true, cancelable: true }))
  requestAnimationFrame(look)
})`

/** Scrolls up as a wheel does, so many steps, and answers the tasks over 50 ms. */
const scrollUp = (steps: number) => `new Promise((resolve) => {
  const tasks = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration)
  }).observe({ entryTypes: ['longtask'] })
  const box = document.querySelector('.transcript')
  let left = ${steps}
  const step = () => {
    box.dispatchEvent(new WheelEvent('wheel', { deltaY: -120, bubbles: true }))
    box.scrollTop -= 120
    if (--left > 0) requestAnimationFrame(step)
    else setTimeout(() => resolve(tasks), 1_000)
  }
  setTimeout(step, 2_000)
})`

export async function measureBigWindow(workshop: Workshop, runs: number): Promise<Figure[]> {
  const paints: number[] = []
  const counts: number[] = []
  await writeBigSession(join(workshop.folder, 'big-window', 'sessions', 'big.jsonl'), { entries })
  const lastId = entryIdOf(entries - 1)
  for (let run = 0; run < runs; run += 1) {
    // A window opens the session it had last: what is measured is the one that is chosen.
    await rm(join(workshop.folder, 'big-window', 'window.json'), { force: true })
    await inWindow(workshop, 'big-window', async (window) => {
      // The list and the search index read the file first; what is measured begins with the click.
      await pause(indexedMs)
      paints.push(await window.evaluate<number>(openFirst(lastId)))
      counts.push((await window.evaluate<number[]>(scrollUp(1_500))).length)
    })
    process.stderr.write('.')
  }
  return [
    absoluteFigure('big-first-paint', 'ms', 300, paints),
    noneFigure('big-scroll-tasks-over-50ms', 'tasks', counts),
  ]
}

const many = 50
const entriesOfEach = 3_000

export async function measureBigMemory(workshop: Workshop, runs: number): Promise<Figure[]> {
  if (process.platform !== 'linux') {
    process.stderr.write(': left out, memory shared by processes is only counted on Linux')
    return []
  }
  const folder = join(workshop.folder, 'big-memory', 'sessions')
  await writeBigSession(join(folder, 'big-0.jsonl'), { entries: entriesOfEach })
  for (let index = 1; index < many; index += 1) {
    await link(join(folder, 'big-0.jsonl'), join(folder, `big-${index}.jsonl`))
  }
  const grown: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await inWindow(workshop, 'big-memory', async (window) => {
      await pause(5_000)
      const lastId = entryIdOf(entriesOfEach - 1)
      // The first one brings what every session needs.
      await window.evaluate(openFirst(lastId))
      await pause(5_000)
      const before = await memoryOf(window.pid)
      for (let index = 1; index < many; index += 1) await window.evaluate(openNext(lastId))
      await pause(10_000)
      grown.push(Math.max(0, (await memoryOf(window.pid)) - before) / 1_048_576)
    })
  }
  return [absoluteFigure('big-memory-of-50', 'MiB', 100, grown)]
}

async function inWindow(workshop: Workshop, home: string, work: (window: MeasuredWindow) => Promise<void>) {
  const server = await startServer(workshop, 10, 0)
  const window = await openWindow(workshop, 'carrel', { host: server.url, home })
  try {
    await work(window)
  } finally {
    await window.quit()
    server.stop()
  }
}
