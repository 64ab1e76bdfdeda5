// Figures "list" and "list-1000": the first list of a start, of a thousand sessions, with what the last start has left in the cache.
import { absoluteFigure, comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureList(workshop: Workshop, runs: number): Promise<Figure[]> {
  const pairs = await workshop.runProgram<Pair[]>('list-run', [workshop.folder, String(runs)])
  const own = pairs.map((pair) => pair.own)
  return [comparedFigure('list', 'ms', 1, pairs), absoluteFigure('list-1000', 'ms', 100, own)]
}
