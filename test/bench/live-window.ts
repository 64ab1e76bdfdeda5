// Figures of the real window while 10,000 tokens arrive at 1,000 a second: tasks that hold it up, and the last token's paint.
import { lastToken } from './answer-text.mjs'
import { openWindow } from './electron-window.ts'
import { absoluteFigure, type Figure, noneFigure } from './figure.ts'
import { startServer } from './stream.ts'
import type { Workshop } from './workshop.ts'

const tokens = 10_000
const perSecond = 1_000

/** Asks a question as a person does, and keeps in `bench` what happens in the window. */
const ask = `(() => {
  const bench = { tasks: [], paintedAt: null }
  Object.assign(window, { bench })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) bench.tasks.push(entry.duration)
  }).observe({ entryTypes: ['longtask'] })
  const observer = new MutationObserver(() => {
    const answers = document.querySelectorAll('.answer')
    if (!answers[answers.length - 1]?.lastElementChild?.lastElementChild?.textContent.includes('${lastToken}')) return
    observer.disconnect()
    // A message that is sent in an animation frame is received after its paint.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        bench.paintedAt = Date.now()
      }
      port2.postMessage(null)
    })
  })
  observer.observe(document.body, { childList: true, subtree: true, characterData: true })
  const area = document.querySelector('textarea')
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(area, 'Say a great deal')
  area.dispatchEvent(new Event('input', { bubbles: true }))
  setTimeout(() => area.form.requestSubmit(), 100)
})()`

/** Resolves when the answer is recorded and the window has come to rest. */
const rest = `new Promise((resolve) => {
  const look = () => {
    if (bench.paintedAt !== null && document.querySelector('.send')?.type === 'submit') {
      setTimeout(() => resolve(bench), 2_000)
    } else setTimeout(look, 250)
  }
  look()
})`

export async function measureLiveWindow(workshop: Workshop, runs: number): Promise<Figure[]> {
  const [counts, longest, delays]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < runs; run += 1) {
    const { tasks, paintedAt, arrivedAt } = await watchOneAnswer(workshop, run)
    counts.push(tasks.length)
    // The browser tells no task of 50 ms or less, so that is the best there can be.
    longest.push(Math.max(50, ...tasks))
    delays.push(paintedAt - arrivedAt)
    process.stderr.write('.')
  }
  return [
    noneFigure('window-tasks-over-50ms', 'tasks', counts),
    absoluteFigure('window-longest-task', 'ms', 50, longest),
    absoluteFigure('window-last-token', 'ms', 100, delays),
  ]
}

/** A window and a session of its own. `arrivedAt` is when the server let the last token go, which is a little earlier. */
async function watchOneAnswer(workshop: Workshop, run: number) {
  const server = await startServer(workshop, tokens, perSecond)
  const window = await openWindow(workshop, 'carrel', { host: server.url, home: `live-${run}` })
  try {
    await window.evaluate(ask)
    const arrivedAt = await server.lastTokenAt()
    const { tasks, paintedAt } = await window.evaluate<{ tasks: number[]; paintedAt: number }>(rest)
    return { tasks, paintedAt, arrivedAt }
  } finally {
    await window.quit()
    server.stop()
  }
}
