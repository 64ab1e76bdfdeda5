// Figures "skills" and "skills-500": the first look at five hundred skills.
import { absoluteFigure, comparedFigure, type Figure, type Pair } from './figure.ts'
import type { Workshop } from './workshop.ts'

export async function measureSkills(workshop: Workshop, runs: number): Promise<Figure[]> {
  const pairs = await workshop.runProgram<Pair[]>('skills-run', [workshop.folder, String(runs)])
  const own = pairs.map((pair) => pair.own)
  return [comparedFigure('skills', 'ms', 5, pairs), absoluteFigure('skills-500', 'ms', 300, own)]
}
