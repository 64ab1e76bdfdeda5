// What a person has said of skills: which are switched on, and as what they were when that was said. Kept in the data folder, never in
// the skill: a skill says nothing about itself.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { skillFailures as failures } from '../../../shared/messages/skills.ts'
import { skillScopes } from '../../../shared/skills.ts'
import type { Home, Surroundings } from '../../contracts.ts'

const fileName = 'skills.json'
const version = 1

const agreement = z.looseObject({
  on: z.boolean(),
  /** The hash a person was shown when they said yes; null when they never did. */
  accepted: z.string().nullable(),
  /** For whoever reads the file. */
  folder: z.string(),
  scope: z.enum(skillScopes),
  at: z.string(),
})
export type Agreement = z.infer<typeof agreement>
export type Agreeing = Pick<Agreement, 'on' | 'accepted' | 'folder' | 'scope'>
const file = z.looseObject({ version: z.literal(version), skills: z.record(z.string(), agreement) })
const anyVersion = z.looseObject({ version: z.number() })

/** By key. null: a newer Carrel has written it, so nobody here knows what it means, and nothing is on. */
export type Agreements = ReadonlyMap<string, Agreement> | null

export interface Agreed {
  /** Read every time: another process may have written it. What cannot be read has nothing switched on. */
  load(): Promise<Agreements>
  /** Throws the readOnly failure, and `denied` when a newer Carrel has written the file. */
  set(key: string, agreement: Agreeing): Promise<void>
}

export interface AgreedDependencies {
  home: Pick<Home, 'read' | 'write' | 'requireWritable' | 'setAside'>
  surroundings: Pick<Surroundings, 'now' | 'log'>
}

type Loaded = { is: 'read'; agreements: Map<string, Agreement>; rest: object } | { is: 'newer' } | { is: 'damaged' }

export function createAgreed({ home, surroundings }: AgreedDependencies): Agreed {
  let last: Promise<unknown> = Promise.resolve()

  async function read(): Promise<Loaded> {
    try {
      const text = await home.read(fileName)
      if (text === null) return { is: 'read', agreements: new Map(), rest: {} }
      const value: unknown = JSON.parse(text)
      const written = anyVersion.parse(value)
      if (written.version > version) return { is: 'newer' }
      const { skills, ...rest } = file.parse(value)
      return { is: 'read', agreements: new Map(Object.entries(skills)), rest }
    } catch (thrown) {
      surroundings.log(`${fileName} could not be read, what a person has installed is off: ${String(thrown)}`)
      return { is: 'damaged' }
    }
  }

  async function set(key: string, given: Agreeing): Promise<void> {
    home.requireWritable()
    const loaded = await read()
    if (loaded.is === 'newer') throw new ExpectedFailure('denied', failures.newerState)
    // Kept for whoever can still read something in it.
    if (loaded.is === 'damaged') await home.setAside(fileName)
    const agreements = loaded.is === 'read' ? loaded.agreements : new Map<string, Agreement>()
    agreements.set(key, { ...agreements.get(key), ...given, at: surroundings.now().toISOString() })
    const rest = loaded.is === 'read' ? loaded.rest : {}
    const content = { ...rest, version, skills: Object.fromEntries(agreements) }
    await home.write(fileName, `${JSON.stringify(content, null, 2)}\n`)
  }

  return {
    async load() {
      const loaded = await read()
      if (loaded.is === 'newer') return null
      return loaded.is === 'read' ? loaded.agreements : new Map()
    },
    async set(key, given) {
      // One after the other: each reads what the one before has written.
      const work = last.then(() => set(key, given))
      last = work.catch(() => undefined)
      await work
    },
  }
}
