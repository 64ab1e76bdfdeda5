// Problems of a skill, made in one way, and which of them refuse it.
import { skillProblemWords } from '../../../shared/messages/skills.ts'
import type { SkillProblem, SkillProblemCode, SkillStatus } from '../../../shared/skills.ts'

/** With any of these there is nothing that a model could be offered safely. */
const refusing: ReadonlySet<SkillProblemCode> = new Set([
  'no-frontmatter',
  'unclosed',
  'fence-language',
  'frontmatter-too-large',
  'frontmatter-not-mapping',
  'nul-byte',
  'file-too-large',
  'not-text',
  'yaml-unreadable',
  'name-unsafe',
  'description-missing',
  'not-a-file',
  'link-outside',
  'link-dangling',
  'unreadable',
  'too-many-files',
  'too-large',
])

export interface ProblemDetail {
  /** What the sentence names. */
  what?: string
  line?: number
  path?: string
  fix?: NonNullable<SkillProblem['fix']>
}

export function problem(code: SkillProblemCode, { what, line, path, fix }: ProblemDetail = {}): SkillProblem {
  const words: string | ((what: string) => string) = skillProblemWords[code]
  return {
    code,
    message: typeof words === 'string' ? words : words(what ?? path ?? ''),
    line: line ?? null,
    path: path ?? null,
    fix: fix ?? null,
  }
}

export function statusOf(problems: readonly SkillProblem[]): SkillStatus {
  if (problems.some(({ code }) => refusing.has(code))) return 'invalid'
  return problems.length === 0 ? 'valid' : 'warn'
}
