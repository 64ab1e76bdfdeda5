// Figure "kernel-message": from `tell` to `receive` of an actor, against a plain queue with one reader.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureKernel(workshop: Workshop, runs: number): Promise<Figure[]> {
  if (!existsSync(join(import.meta.dirname, '..', '..', 'electron', 'kernel', 'kernel.ts'))) {
    process.stderr.write(': left out, there is no electron/kernel/kernel.ts yet')
    return []
  }
  const pairs = await workshop.runProgram<Pair[]>('kernel-run', [String(runs)])
  return [comparedFigure('kernel-message', 'µs', 2, pairs)]
}
