// Which folders a person trusts: what lies in them (AGENTS.md) may speak to a model. Asked once for each folder.
import { realpath } from 'node:fs/promises'
import { z } from 'zod'
import type { Events, Home, Surroundings, Trust } from '../../contracts.ts'

const fileName = 'trust.json'
/** By the folder's real path, so that a link to it is the same folder and another folder under its name is none. */
const file = z.record(z.string(), z.looseObject({ trusted: z.boolean(), at: z.string() }))
type Known = z.infer<typeof file>

export interface TrustDependencies {
  home: Pick<Home, 'read' | 'write' | 'requireWritable' | 'setAside'>
  events: Pick<Events, 'emit'>
  surroundings: Pick<Surroundings, 'now' | 'log'>
}

export function createTrust({ home, events, surroundings }: TrustDependencies): Trust {
  let last: Promise<unknown> = Promise.resolve()

  /** Read every time: another process may have written it. What cannot be read trusts nothing. */
  async function load(): Promise<Known | null> {
    try {
      const text = await home.read(fileName)
      if (text === null) return {}
      return file.parse(JSON.parse(text))
    } catch (thrown) {
      surroundings.log(`${fileName} could not be read, no folder is trusted: ${String(thrown)}`)
      return null
    }
  }

  async function set(folder: string, trusted: boolean): Promise<void> {
    home.requireWritable()
    const path = await realpath(folder)
    const known = await load()
    // Kept for whoever can still read something in it.
    if (known === null) await home.setAside(fileName)
    const next = { ...known, [path]: { ...known?.[path], trusted, at: surroundings.now().toISOString() } }
    await home.write(fileName, `${JSON.stringify(next, null, 2)}\n`)
    events.emit('trust.changed', { folder: path, trusted })
  }

  return {
    async answerFor(folder) {
      // A folder that is gone is trusted by nobody.
      const path = await realpath(folder).catch(() => null)
      const known = path === null ? null : await load().catch(() => null)
      return path !== null && known !== null && Object.hasOwn(known, path) ? (known[path]?.trusted ?? null) : null
    },
    async set(folder, trusted) {
      // One after the other: each reads what the one before has written.
      const work = last.then(() => set(folder, trusted))
      last = work.catch(() => undefined)
      await work
    },
  }
}
