// Reads a small file of the data folder that holds one JSON object.
import { z } from 'zod'
import type { Home } from '../../contracts.ts'

const jsonObject = z.record(z.string(), z.unknown())

/** An empty object when there is no file; `broken` when there is one that cannot be read or holds something else. */
export async function readJsonObject(home: Home, name: string): Promise<Record<string, unknown> | 'broken'> {
  try {
    const text = await home.read(name)
    // A byte order mark is what an editor on Windows leaves.
    return text === null ? {} : jsonObject.parse(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch {
    return 'broken'
  }
}
