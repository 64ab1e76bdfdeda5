// What a source has in it, the same for all kinds of sources: told first, read later, and nothing of it is on the disk yet.
import type { SkillProblem } from '../../../../shared/skills.ts'

export interface IncomingEntry {
  /** As the source has it, with slashes; not checked. */
  path: string
  kind: 'file' | 'folder' | 'link' | 'special' | 'unreadable'
  /** As the source says. What comes is counted. */
  bytes: number
  /** Bytes it has in the archive; null where nothing is packed. */
  packed: number | null
  executable: boolean
}

export interface Incoming {
  /** What a folder would be named after that has all of it. */
  name: string
  entries: readonly IncomingEntry[]
  /** Of the archive; null where nothing is packed. */
  packed: number | null
  /** An archive is refused for anything in it; of a folder or a repository only the skill's own part counts. */
  isWhole: boolean
  isGit: boolean
  /** Of a repository. */
  commit: string | null
  /** Only of files. Throws `Refused`, and what the system says. */
  read(entry: IncomingEntry): Promise<AsyncIterable<Uint8Array>>
  close(): Promise<void>
}

/** Why a source brings nothing at all. */
export class Refused extends Error {
  readonly problems: readonly SkillProblem[]

  constructor(...problems: SkillProblem[]) {
    super(problems.map(({ code }) => code).join(', '))
    this.name = 'Refused'
    this.problems = problems
  }
}
