// What became of a skill in the sessions of the last 30 days: read out of their logs, with or without a search index.
import { open } from 'node:fs/promises'
import { z } from 'zod'
import type { SkillUse } from '../../../shared/skills.ts'
import { type FileMark, isSameMark, markIfThere } from './file-mark.ts'
import type { PlacedSession } from './sessions-folder.ts'

const periodMs = 30 * 24 * 60 * 60_000
const latestUses = 10
const pieceBytes = 1_048_576
/** As this program writes them: whatever stands in another order is found by nobody here. */
const lineBegin = '{"type":"skill",'

export interface SkillUses {
  /** By its name, in all sessions but those of the trash. `titleOf` is asked for the few that are named. */
  of(name: string, places: readonly PlacedSession[], titleOf: (sessionId: string) => Promise<string>): Promise<SkillUse>
}

/** One answer, as far as skills go: of an offer and what was used before the next one. */
interface AnswerSkills {
  /** Of the record: copies of a session have it, too, and it counts once. */
  id: string
  at: number
  ts: string
  offered: ReadonlySet<string>
  chosen: Map<string, { entryId: string | null; ts: string; by: 'model' | 'user' }>
  read: Set<string>
}

interface Known {
  mark: FileMark
  /** Behind the last whole line. */
  readTo: number
  answers: AnswerSkills[]
}

const line = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  ts: z.string(),
  event: z.enum(['offered', 'chosen', 'read']),
  by: z.enum(['model', 'user']).catch('model'),
  name: z.string().optional(),
  names: z.array(z.string()).optional(),
})

export function createSkillUses({ now }: { now(): Date }): SkillUses {
  /** By path. A file that has only grown is read on from where it ended. */
  const known = new Map<string, Known>()

  async function answersIn(path: string, since: number): Promise<readonly AnswerSkills[]> {
    const mark = await markIfThere(path).catch(() => null)
    // What was written before the period has nothing of it.
    if (!mark || mark.changed < since) return []
    const before = known.get(path)
    if (before && isSameMark(before.mark, mark)) return before.answers
    const hasGrown = before !== undefined && before.mark.inode === mark.inode && before.mark.bytes < mark.bytes
    const from = hasGrown ? before : { readTo: 0, answers: [] }
    const answers = [...from.answers]
    const readTo = await readLines(path, from.readTo, (text) => note(text, answers)).catch(() => from.readTo)
    known.set(path, { mark, readTo, answers })
    return answers
  }

  return {
    async of(name, places, titleOf) {
      const since = now().getTime() - periodMs
      const counted = new Set<string>()
      const use = { offered: 0, chosen: 0, read: 0 }
      const uses: (Omit<SkillUse['latest'][number], 'title'> & { at: number })[] = []
      for (const { id: sessionId, path } of places) {
        for (const answer of await answersIn(path, since)) {
          if (answer.at < since || counted.has(answer.id)) continue
          counted.add(answer.id)
          if (answer.offered.has(name)) use.offered += 1
          if (answer.read.has(name)) use.read += 1
          const chosen = answer.chosen.get(name)
          if (!chosen) continue
          use.chosen += 1
          uses.push({ sessionId, at: answer.at, ...chosen })
        }
      }
      uses.sort((one, other) => other.at - one.at)
      const latest = await Promise.all(
        uses.slice(0, latestUses).map(async ({ at: _, ...one }) => ({ ...one, title: await titleOf(one.sessionId) })),
      )
      return { ...use, lastChosen: uses[0]?.ts ?? null, latest }
    },
  }
}

function note(text: string, answers: AnswerSkills[]): void {
  let read: z.infer<typeof line>
  try {
    const parsed = line.safeParse(JSON.parse(text))
    if (!parsed.success) return
    read = parsed.data
  } catch {
    // A torn line is nobody's evidence.
    return
  }
  const { id, ts, event, by, name, names = [], parentId } = read
  const at = Date.parse(ts)
  if (Number.isNaN(at)) return
  const answer = answers.at(-1)
  if (event === 'offered') {
    // Mostly the same as before: then it is held once.
    const isSame = answer?.offered.size === names.length && names.every((one) => answer.offered.has(one))
    answers.push({ id, at, ts, offered: isSame ? answer.offered : new Set(names), chosen: new Map(), read: new Set() })
    return
  }
  if (!answer || name === undefined) return
  if (event === 'read') answer.read.add(name)
  // The result that shows it is what the record stands behind.
  else if (!answer.chosen.has(name)) answer.chosen.set(name, { entryId: parentId, ts, by })
}

/** Each whole line from this byte on that is about a skill. Answers where the last whole line ends. */
async function readLines(path: string, from: number, hear: (text: string) => void): Promise<number> {
  const handle = await open(path, 'r')
  try {
    let rest = Buffer.alloc(0)
    let readTo = from
    const piece = Buffer.allocUnsafe(pieceBytes)
    for (let at = from; ; ) {
      const { bytesRead } = await handle.read(piece, 0, pieceBytes, at)
      if (bytesRead === 0) return readTo
      at += bytesRead
      const bytes = Buffer.concat([rest, piece.subarray(0, bytesRead)])
      const end = bytes.lastIndexOf(0x0a) + 1
      for (
        let begin = bytes.indexOf(lineBegin);
        begin >= 0 && begin < end;
        begin = bytes.indexOf(lineBegin, begin + 1)
      ) {
        // Anywhere else than at the beginning of a line it is somebody's text.
        if (begin === 0 || bytes[begin - 1] === 0x0a) hear(bytes.toString('utf8', begin, bytes.indexOf(0x0a, begin)))
      }
      readTo += end
      rest = Buffer.from(bytes.subarray(end))
    }
  } finally {
    await handle.close()
  }
}
