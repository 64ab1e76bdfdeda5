// Builds a script of the tests into one file that plain Node runs as a process of its own.
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { terminalConfig } from '../../scripts/build-configs.mjs'
import { sharedFolder } from './temp.ts'

/** For `beforeAll`: the path of the program, and `remove` for its answer. */
export async function buildProgram(source: string): Promise<{ program: string; remove(): Promise<void> }> {
  const { path, remove } = await sharedFolder()
  await build({ ...terminalConfig, logLevel: 'silent', build: { ...terminalConfig.build, ssr: source, outDir: path } })
  // Another user than the one of the tests may have to run it.
  await chmod(path, 0o755)
  return { program: join(path, 'cli.mjs'), remove }
}
