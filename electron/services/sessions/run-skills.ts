// The skills of one run: which are offered, what the model is told of them, which it has used, and what is recorded of that.
import { createHash } from 'node:crypto'
import { toFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { skillNotices } from '../../../shared/messages/skill-use.ts'
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import { callIdOf, callsOf, isResult } from '../../../shared/session-tree.ts'
import type { Shortening, Shortenings } from '../../../shared/shortenings.ts'
import { calledName } from '../../../shared/skill-names.ts'
import type { OfferedSkill, SkillRoom } from '../../../shared/skills.ts'
import { type SkillFound, skillFound } from '../../../shared/tool.ts'
import { keptOn } from '../../agent/context.ts'
import { catalogueOf, catalogueRoom } from '../../agent/skill-catalogue.ts'
import { tokensIn } from '../../agent/token-estimate.ts'
import type { Skills, ToolSkills } from '../../contracts.ts'
import { onlySkillOn, skillChoicesOn } from './skill-choices.ts'

const namedFiles = 10

/** What is recorded of skills, but for its id, its parent and its time. */
export type SkillEntry =
  | {
      type: 'skill'
      event: 'offered'
      by: 'model'
      names: string[]
      unnamed?: string[]
      hash?: string
      tokens: number
    }
  | {
      type: 'skill'
      name: string
      hash: string
      event: SkillFound['event']
      by: 'model' | 'user'
      callId: string
      path?: string
      tokens: number
    }

export interface RunSkills {
  /** For the tools. */
  readonly forTools: ToolSkills
  /** The skill a question names at its beginning, as a model calls it; null when it names none. */
  namedBy(question: string): string | null
  /** What a model with this window is told, what is recorded of it, and what the person hears. */
  told(numCtx: number): {
    text: string | null
    entry: SkillEntry | null
    notices: readonly { code: string; message: string }[]
  }
  /** Of each record of the run, in order. What is to be recorded behind it. */
  heard(record: TreeRecord, byPerson: boolean): SkillEntry[]
  /** These are shown in short from here on. */
  shortened(steps: readonly Shortening[]): void
}

/** Never throws: without skills a question is answered all the same, and the person hears why. */
export async function offeredOn(
  skills: Pick<Skills, 'offered'>,
  workspace: string | null,
  path: readonly TreeRecord[],
): Promise<{ offered: readonly OfferedSkill[]; notice: string | null }> {
  const only = onlySkillOn(path)
  const choices = { ...skillChoicesOn(path), ...(only !== null && { [only]: true }) }
  try {
    const all = await skills.offered(workspace, choices)
    if (only === null) return { offered: all, notice: null }
    const offered = all.filter(({ name }) => name === only)
    return { offered, notice: offered.length === 0 ? skillNotices.notToTry(only) : null }
  } catch (thrown) {
    return { offered: [], notice: skillNotices.unreadable(toFailure(thrown, messages.failures.internal).message) }
  }
}

export function createRunSkills(
  skills: Pick<Skills, 'read'>,
  given: {
    offered: readonly OfferedSkill[]
    /** Up to and with the question. */
    path: readonly TreeRecord[]
    hidden: readonly string[]
    shortened: Shortenings
  },
): RunSkills {
  const { offered, path } = given
  const isHidden = new Set(given.hidden)
  /** Entries that show all of what a skill says, by what they are of. */
  const shown = new Map<string, Set<string>>()
  const used = new Set<string>()
  /** The commands of this run's calls. */
  const calls = new Map<string, unknown>()
  for (const record of keptOn(path)) learn(record)
  for (const id of given.shortened.keys()) forget(id)

  function learn(record: TreeRecord): SkillFound | null {
    const found = foundIn(record)
    if (!found) return null
    const key = keyOf(found)
    used.add(key)
    if (found.isWhole && !isHidden.has(record.id)) shown.set(key, (shown.get(key) ?? new Set()).add(record.id))
    return found
  }

  function forget(entryId: string): void {
    for (const entries of shown.values()) entries.delete(entryId)
  }

  return {
    forTools: {
      offered,
      read: (skill, signal) => skills.read(skill, signal),
      isShown: (skill) => (shown.get(keyOf(skill))?.size ?? 0) > 0,
      used: () => offered.filter((skill) => used.has(keyOf(skill))),
    },

    namedBy(question) {
      const names = offered.map(({ name }) => calledName(name)).filter((name) => isNamed(question, name))
      return names.sort((one, other) => other.length - one.length)[0] ?? null
    },

    told(numCtx) {
      const { text, bare, unnamed } = catalogueOf(offered, catalogueRoom(numCtx))
      const hash = text === null ? null : setHash(offered)
      const last = path.findLast(isOffer)
      const before = typeof last?.['hash'] === 'string' ? last['hash'] : null
      const notices: { code: string; message: string }[] = []
      const hasAnswered = path.some((record) => isMessage(record) && record.role === 'assistant')
      if (hasAnswered && hash !== before) notices.push({ code: 'skills_changed', message: skillNotices.changed })
      if (bare.length + unnamed.length > 0) {
        notices.push({ code: 'skill_not_offered', message: skillNotices.notOffered(unnamed.length, bare.length) })
      }
      const entry: SkillEntry = {
        type: 'skill',
        event: 'offered',
        by: 'model',
        names: offered.map(({ name }) => name),
        ...(unnamed.length > 0 && { unnamed: [...unnamed] }),
        ...(hash !== null && { hash }),
        tokens: text === null ? 0 : tokensIn(text),
      }
      return { text, entry: hash === null && before === null ? null : entry, notices }
    },

    heard(record, byPerson) {
      for (const { id, arguments: given } of callsOf(record)) calls.set(id, given?.['command'])
      const callId = callIdOf(record)
      if (!isMessage(record) || !isResult(record) || callId === null) return []
      const about = {
        type: 'skill',
        by: byPerson ? 'user' : 'model',
        callId,
        tokens: tokensIn(record.content),
      } as const
      const found = learn(record)
      if (found) {
        const { name, hash, event, path: file } = found
        return [{ ...about, name, hash: `sha256:${hash}`, event, ...(file !== null && { path: file }) }]
      }
      // What a command names of a skill's folder, it uses: its scripts are run so.
      const command = calls.get(callId)
      if (typeof command !== 'string' || record['ms'] === undefined) return []
      return offered.flatMap((skill) => {
        const files = used.has(keyOf(skill)) ? filesNamedIn(command, skill.folder) : []
        const { name, hash } = skill
        return files.map((file) => ({ ...about, name, hash: `sha256:${hash}`, event: 'read' as const, path: file }))
      })
    },

    shortened(steps) {
      for (const { targets } of steps) for (const id of targets) forget(id)
    },
  }
}

/** What a model with such a window is told of these, and what it has no room for. */
export function roomFor(model: string, numCtx: number, offered: readonly OfferedSkill[]): SkillRoom {
  const characters = catalogueRoom(numCtx)
  const { shortened, bare, unnamed } = catalogueOf(offered, characters)
  const wanted = catalogueOf(offered, Number.MAX_SAFE_INTEGER).text?.length ?? 0
  return {
    model,
    tokens: numCtx,
    characters,
    wanted,
    shortened: [...shortened],
    bare: [...bare],
    unnamed: [...unnamed],
  }
}

const keyOf = ({ name, hash }: Pick<OfferedSkill, 'name' | 'hash'>) => `${hash} ${name}`

const isOffer = (record: TreeRecord) => record.type === 'skill' && 'event' in record && record['event'] === 'offered'

function foundIn(record: TreeRecord): SkillFound | null {
  if (!isResult(record) || record['isError'] === true) return null
  const { skill } = Object(record['detail'])
  return skill === undefined ? null : (skillFound.safeParse(skill).data ?? null)
}

/** Paths from the folder, each once; a few. */
function filesNamedIn(command: string, folder: string): string[] {
  const files = command
    .split(`${folder}/`)
    .slice(1)
    .flatMap((rest) => /^[^\s'"`;|&()<>$*?]+/.exec(rest)?.[0] ?? [])
  return [...new Set(files)].slice(0, namedFiles)
}

/** `/plain-notes`, alone or with words behind it. */
function isNamed(question: string, name: string): boolean {
  return question.startsWith(`/${name}`) && /^(\s|$)/.test(question.slice(name.length + 1))
}

/** Over what a model is told of them, without regard to the room there was. */
function setHash(offered: readonly OfferedSkill[]): string {
  const told = offered.map(({ name, description }) => [name, description])
  return `sha256:${createHash('sha256').update(JSON.stringify(told)).digest('hex')}`
}
