// Runs a script of a bundled skill as a command would, with each awk this machine has.
import { spawnSync } from 'node:child_process'
import { accessSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { temporaryFolder } from '../../support/temp.ts'

export const bundled = join(import.meta.dirname, '..', '..', '..', 'skills')

/** That of the system, and others that are installed: people have different ones. */
export const awks: readonly string[] = ['awk', 'gawk', 'original-awk', 'busybox'].filter((name) => where(name) !== null)

function where(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return (
    folders
      .map((folder) => join(folder, name))
      .find((path) => {
        try {
          accessSync(path)
          return true
        } catch {
          return false
        }
      }) ?? null
  )
}

export interface ScriptRoom {
  folder: string
  put(path: string, content: string | Uint8Array): void
  read(path: string): string
  run(script: string, words?: readonly string[], input?: string): { code: number | null; out: string; error: string }
}

/** A folder of the test's own in which `script`, such as `clean-csv/scripts/clean-csv.sh`, is run. */
export async function scriptRoom(awk = 'awk'): Promise<ScriptRoom> {
  const base = await temporaryFolder()
  const folder = join(base, 'work')
  const programs = join(base, 'programs')
  mkdirSync(folder)
  mkdirSync(programs)
  if (awk !== 'awk') symlinkSync(where(awk) ?? awk, join(programs, 'awk'))
  return {
    folder,
    put(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    run(script, words = [], input = '') {
      const { status, stdout, stderr } = spawnSync('sh', [join(bundled, script), ...words], {
        cwd: folder,
        input,
        encoding: 'utf8',
        env: { PATH: `${programs}:/usr/local/bin:/usr/bin:/bin`, HOME: base, TMPDIR: base },
        timeout: 30_000,
        maxBuffer: 50_000_000,
      })
      return { code: status, out: stdout, error: stderr }
    },
  }
}
