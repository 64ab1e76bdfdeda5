// Figure "append": one record into a session file, synced, against a bare write and fdatasync of the same bytes.
import { comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureAppend(workshop: Workshop, runs: number): Promise<Figure[]> {
  const pairs = await workshop.runProgram<Pair[]>('append-run', [workshop.folder, String(runs)])
  return [comparedFigure('append', 'ms', 1.3, pairs)]
}
