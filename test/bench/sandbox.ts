// Figure "sandbox": a command in the jail, against the same command by itself.
import { comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureSandbox(workshop: Workshop, runs: number): Promise<Figure[]> {
  const pairs = await workshop.runProgram<Pair[]>('sandbox-run', [String(runs)])
  if (pairs.length === 0) {
    process.stderr.write(': no jail here')
    return []
  }
  return [comparedFigure('sandbox', 'ms', 5, pairs)]
}
