// Logs made for the tests in the shapes that their programs publish, and reading one as an import does.
import { join } from 'node:path'
import { type ReadLog, type ReadOptions, readLogFile } from '../../electron/services/importing/read-log-file.ts'
import { readLog } from '../../electron/services/sessions/read-log.ts'

export const samples = join(import.meta.dirname, '..', 'cases', 'logs')
export const sample = (name: string) => join(samples, `${name}.jsonl`)

export async function read(path: string, options: Partial<ReadOptions> = {}): Promise<ReadLog> {
  return await readLogFile(path, {
    from: 'auto',
    signal: new AbortController().signal,
    blobs: null,
    recordsIn: (line) => readLog(line).records,
    ...options,
  })
}

export type Found = Extract<ReadLog, { is: 'read' }>

export async function found(path: string, options: Partial<ReadOptions> = {}): Promise<Found> {
  const log = await read(path, options)
  if (log.is !== 'read') throw new Error(`${path} is ${log.is}`)
  return log
}
