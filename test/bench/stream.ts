// Figure "stream": 10,000 deltas on their whole way to the text of the window, against reading the same bytes.
import { join } from 'node:path'
import { comparedFigure, type Figure, type Pair } from './figure.ts'
import { linesFrom, type Workshop } from './workshop.ts'

const deltas = 10_000

export async function measureStream(workshop: Workshop, runs: number): Promise<Figure[]> {
  const server = await startServer(workshop, deltas, 0)
  try {
    const pairs = await workshop.runProgram<Pair[]>('stream-run', [server.url, String(runs), String(deltas)])
    return [comparedFigure('stream', 'ms', 1.5, pairs)]
  } finally {
    server.stop()
  }
}

/** In a process of its own, so that its cost is not ours. `moments` are those of the last tokens, one an answer. */
export async function startServer(workshop: Workshop, tokens: number, perSecond: number) {
  const program = join(import.meta.dirname, 'answer-server.mjs')
  const child = workshop.start(process.execPath, [program, String(tokens), String(perSecond)])
  const lines = linesFrom(child)
  const port = (await lines.next()).value
  return {
    url: `http://127.0.0.1:${port}`,
    lastTokenAt: async () => Number((await lines.next()).value),
    stop: () => child.stdin.end(),
  }
}
