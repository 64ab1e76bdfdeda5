// The list of pulls between two starts: what is wanted, and how far it had come.
import { z } from 'zod'
import { failure } from '../../../../shared/failure.ts'
import { mostPulls, pullLayer } from '../../../../shared/pulls.ts'
import type { Home } from '../../../contracts.ts'

const fileName = 'pulls.json'

const kept = z.object({
  id: z.string().min(1).max(100),
  host: z.url().max(2_000),
  model: z.string().min(1).max(400),
  /** One that was under way waits: the next start goes on with it. */
  state: z.enum(['waiting', 'paused', 'failed']),
  layers: z.array(pullLayer()).max(1_000),
  failure: failure.nullable(),
  addedAt: z.string(),
})
export type KeptPull = z.infer<typeof kept>

const file = z.object({ pulls: z.array(kept).max(mostPulls) })

/** A file that cannot be read counts as none: what has come lies with the server. */
export async function readPulls(home: Pick<Home, 'read'>, log: (line: string) => void): Promise<KeptPull[]> {
  try {
    return file.parse(JSON.parse((await home.read(fileName)) ?? '{"pulls":[]}')).pulls
  } catch (thrown) {
    log(`the list of pulls could not be read: ${String(thrown)}`)
    return []
  }
}

export async function writePulls(home: Pick<Home, 'write'>, pulls: readonly KeptPull[]): Promise<void> {
  await home.write(fileName, `${JSON.stringify({ pulls })}\n`)
}
