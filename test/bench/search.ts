// Figures "search-rebuild": the index of a long history made anew, against a bare loop; "search-p95": what people ask of it.
import { absoluteFigure, comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureSearch(workshop: Workshop): Promise<Figure[]> {
  const { pairs, p95 } = await workshop.runProgram<{ pairs: Pair[]; p95: number }>('search-run', [workshop.folder])
  // At least 0.6 of the speed of the bare loop.
  return [comparedFigure('search-rebuild', 'ms', 1 / 0.6, pairs), absoluteFigure('search-p95', 'ms', 120, [p95])]
}
