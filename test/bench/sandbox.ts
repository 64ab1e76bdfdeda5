// Figures "sandbox": a command in the jail, against the same command by itself; "sandbox-stop": until nothing of one is left.
import { absoluteFigure, comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureSandbox(workshop: Workshop, runs: number): Promise<Figure[]> {
  const { pairs, stops } = await workshop.runProgram<{ pairs: Pair[]; stops: number[] }>('sandbox-run', [String(runs)])
  if (pairs.length === 0) {
    process.stderr.write(': no jail here')
    return []
  }
  return [comparedFigure('sandbox', 'ms', 5, pairs), absoluteFigure('sandbox-stop', 'ms', 300, stops)]
}
