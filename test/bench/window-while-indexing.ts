// Figure "index-window-tasks-over-50ms": what of the index's work a person feels who reads the list and writes meanwhile.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openWindow } from './electron-window.ts'
import { type Figure, noneFigure } from './figure.ts'
import { writeHistory, writeLongSession } from './history.ts'
import { startServer } from './stream.ts'
import type { Workshop } from './workshop.ts'

/** The list is read, and the window at rest. */
const startedMs = 5_000

/** How long the same is done without any index first: what of it is long anyway is said beside the figure. */
const withoutMs = 20_000

/** Scrolls the list up and down and writes, for a while and then until the index is made anew; answers the tasks over 50 ms of both. */
const work = `(async () => {
  let tasks = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration)
  }).observe({ entryTypes: ['longtask'] })
  let goesOn = true
  const list = document.querySelector('.sessions')
  const area = document.querySelector('textarea')
  const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set
  let down = 1
  const scroll = () => {
    if (!goesOn) return
    if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) down = -1
    if (list.scrollTop <= 0) down = 1
    list.scrollTop += 60 * down
    requestAnimationFrame(scroll)
  }
  const typing = setInterval(() => {
    setValue.call(area, (area.value + 'word ').slice(-400))
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }, 100)
  requestAnimationFrame(scroll)
  await new Promise((resolve) => setTimeout(resolve, ${withoutMs}))
  const without = tasks
  tasks = []
  const answer = await window.carrelWire.call('bench', 'index.rebuild', {})
  goesOn = false
  clearInterval(typing)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return { tasks, without, isDone: answer.ok }
})()`

interface Watched {
  tasks: number[]
  without: number[]
  isDone: boolean
}

const said = (tasks: readonly number[]) => (tasks.length === 0 ? 'none' : `${tasks.map(Math.round).join(', ')} ms`)

export async function measureWindowWhileIndexing(workshop: Workshop, runs: number): Promise<Figure[]> {
  const home = join(workshop.folder, 'history')
  if (!existsSync(join(home, 'sessions'))) {
    writeHistory({ home, sessions: 1_000, messages: 250_000 })
    writeLongSession(home, 'long', 50_000)
  }
  const counts: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await rm(join(home, 'cache'), { recursive: true, force: true })
    const server = await startServer(workshop, 10, 0)
    const window = await openWindow(workshop, 'carrel', { host: server.url, home: 'history' })
    try {
      await pause(startedMs)
      const { tasks, without, isDone } = await window.evaluate<Watched>(work)
      if (!isDone) throw new Error('the index was not made')
      counts.push(tasks.length)
      process.stderr.write(` (${said(tasks)}; without an index ${said(without)})`)
    } finally {
      await window.quit()
      server.stop()
    }
    process.stderr.write('.')
  }
  return [noneFigure('index-window-tasks-over-50ms', 'tasks', counts)]
}
