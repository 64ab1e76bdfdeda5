// Programs of their own for the tests: a script built into one file, or the terminal as it was built.
import { chmod, cp, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { programConfig } from '../../scripts/build-configs.mjs'
import { sharedFolder } from './temp.ts'

const root = join(import.meta.dirname, '..', '..')

export interface Program {
  program: string
  remove(): Promise<void>
}

/** For `beforeAll`: the path of the program that plain Node runs, and `remove` for its answer. */
export async function buildProgram(source: string): Promise<Program> {
  const { path, outDir, remove } = await folderOfProgram()
  await build({ ...programConfig(source, outDir, 'program.mjs'), logLevel: 'silent' })
  return await readable(path, join(outDir, 'program.mjs'), remove)
}

interface TerminalOptions {
  /** Lays the bundled skills where the program looks for them. */
  withSkills?: boolean
}

/** The same of `carrel` and the files it reads late, as they were built: nothing of the checkout is beside them. */
export async function copyTerminal({ withSkills = false }: TerminalOptions = {}): Promise<Program> {
  const { path, outDir, remove } = await folderOfProgram()
  const built = join(root, 'dist', 'electron')
  for (const name of await readdir(built)) {
    if (!name.endsWith('.map')) await cp(join(built, name), join(outDir, name), { recursive: true })
  }
  if (withSkills) await cp(join(root, 'skills'), join(path, 'skills'), { recursive: true })
  return await readable(path, join(outDir, 'cli.cjs'), remove)
}

/** As deep in its folder as in a checkout. */
async function folderOfProgram() {
  const { path, remove } = await sharedFolder()
  return { path, outDir: join(path, 'dist', 'electron'), remove }
}

/** Another user than the one of the tests may have to run it. */
async function readable(path: string, program: string, remove: () => Promise<void>): Promise<Program> {
  for (const folder of [path, join(path, 'dist'), dirname(program)]) await chmod(folder, 0o755)
  return { program, remove }
}
