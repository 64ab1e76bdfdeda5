// Builds a script of the tests into one file that plain Node runs as a process of its own.
import { chmod, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { terminalConfig } from '../../scripts/build-configs.mjs'
import { sharedFolder } from './temp.ts'

interface ProgramOptions {
  /** Lays the bundled skills where the program looks for them. */
  withSkills?: boolean
}

/** For `beforeAll`: the path of the program, and `remove` for its answer. It lies as deep in its folder as in a checkout. */
export async function buildProgram(
  source: string,
  { withSkills = false }: ProgramOptions = {},
): Promise<{ program: string; remove(): Promise<void> }> {
  const { path, remove } = await sharedFolder()
  const outDir = join(path, 'dist', 'electron')
  await build({ ...terminalConfig, logLevel: 'silent', build: { ...terminalConfig.build, ssr: source, outDir } })
  if (withSkills) await cp(join(import.meta.dirname, '..', '..', 'skills'), join(path, 'skills'), { recursive: true })
  // Another user than the one of the tests may have to run it.
  for (const folder of [path, join(path, 'dist'), outDir]) await chmod(folder, 0o755)
  return { program: join(outDir, 'cli.mjs'), remove }
}
