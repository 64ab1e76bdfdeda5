// Skills as lines for a person.
import { size } from '../../../shared/messages/sizes.ts'
import { skillTerminalWords as words } from '../../../shared/messages/skills-terminal.ts'
import type {
  SkillDetails,
  SkillFile,
  SkillInspection,
  SkillJudgement,
  SkillLibrary,
  SkillProblem,
  SkillRoot,
  SkillSummary,
  TrashedSkill,
} from '../../../shared/skills.ts'
import { exactLine } from '../exact-line.ts'
import { printable } from '../front.ts'

const lines = (...given: (string | null)[]) =>
  given
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join('')
const problemLine = ({ line, message }: SkillProblem) => `    ! ${exactLine(words.problem(line, message))}`

export function libraryPage({ roots, skills }: SkillLibrary): string {
  const width = Math.min(30, Math.max(0, ...skills.map(({ name }) => name.length)))
  return [
    ...(skills.length === 0 ? [`${words.none}\n`] : skills.map((skill) => skillRow(skill, width))),
    `\n${words.looked}\n`,
    ...roots.map(rootRow),
  ].join('')
}

function skillRow(skill: SkillSummary, width: number): string {
  const { name, state, scope, description, folder, shadowedBy, problems } = skill
  const title = [exactLine(name).padEnd(width), words.states[state].padEnd(8), words.scopes[scope]]
  return lines(
    title.join('  '),
    description === '' ? null : `    ${exactLine(description)}`,
    // What comes with Carrel lies where Carrel lies.
    scope === 'built-in' ? null : `    ${exactLine(folder)}`,
    shadowedBy === null ? null : `    ${words.shadowed}`,
    ...problems.map(problemLine),
  )
}

function rootRow({ path, scope, state, found, problems }: SkillRoot): string {
  const said = { ...words.roots, read: words.roots.read(found), untrusted: words.roots.untrusted(found) }[state]
  return lines(`  ${exactLine(path)}  (${words.scopes[scope]}: ${said})`, ...problems.map(problemLine))
}

export function detailsPage({
  skill,
  files,
  text,
  license,
  compatibility,
  allowedTools,
  others,
}: SkillDetails): string {
  const { key, name, state, scope, folder, description, tokens, problems, bytes, scripts, source, shadowedBy } = skill
  const head = lines(
    `${exactLine(name)}  ${words.states[state]}  ${words.scopes[scope]}`,
    description === '' ? null : exactLine(description),
    `${exactLine(folder)}  ${key}`,
    `${words.size(files.length, scripts, size(bytes))}; ${words.tokens(tokens.catalogue, tokens.loaded)}`,
    source === null ? null : words.from(exactLine(source)),
    license === null ? null : words.license(exactLine(license)),
    compatibility === null ? null : words.compatibility(exactLine(compatibility)),
    allowedTools.length === 0 ? null : words.allowedTools(exactLine(allowedTools.join(' '))),
    shadowedBy === null ? null : words.shadowedBy(exactLine(otherFolder(others, shadowedBy))),
    ...problems.map(problemLine),
  )
  const body = text === null ? '' : `\n${printable(text).trimEnd()}\n`
  return `${head}\n${filesPage(files)}${body}`
}

function otherFolder(others: SkillDetails['others'], key: string): string {
  return others.find((one) => one.key === key)?.folder ?? key
}

export function filesPage(files: readonly SkillFile[]): string {
  return lines(
    ...files.map(({ path, bytes, isScript }) => {
      return `  ${size(bytes).padStart(9)}  ${exactLine(path)}${isScript ? `  ${words.script}` : ''}`
    }),
  )
}

export function judgedPage({ folder, judgement }: { folder: string; judgement: SkillJudgement }): string {
  const { status, problems } = judgement
  return lines(`${words.statuses[status].padEnd(7)}  ${exactLine(folder)}`, ...problems.map(problemLine))
}

export function turnedPage(skill: SkillSummary): string {
  const { name, state, isEnabled, folder, files, scripts, bytes, problems } = skill
  if (!isEnabled) return lines(words.switchedOff(exactLine(name)))
  return lines(
    state === 'on' ? words.switchedOn(exactLine(name)) : words.yesButNot(exactLine(name), state),
    `    ${exactLine(folder)}`,
    `    ${words.size(files, scripts, size(bytes))}`,
    ...problems.map(problemLine),
  )
}

/** All that a person may say yes to: files and scripts, what is wrong, and what would be another one. */
export function inspectionPage(inspection: SkillInspection): string {
  const { judgement, folderName, source, files, totals, problems, replaces } = inspection
  const { name, description, status, tokens } = judgement
  return [
    lines(
      `${exactLine(name === '' ? folderName : name)}  ${words.statuses[status]}`,
      description === '' ? null : exactLine(description),
      words.comesFrom(exactLine(source)),
      `${words.size(totals.files, totals.scripts, size(totals.bytes))}; ${words.tokens(tokens.catalogue, tokens.loaded)}`,
      ...[...judgement.problems, ...problems].map(problemLine),
    ),
    files.length === 0 ? '' : `\n${filesPage(files)}`,
    replaces ? changesPage(replaces) : '',
  ].join('')
}

function changesPage({ isEdited, isSame, changes }: NonNullable<SkillInspection['replaces']>): string {
  if (isSame) return ''
  return `\n${lines(
    words.replaces,
    isEdited ? words.edited : null,
    ...changes.map(({ path, change }) => `  ${words.changes[change].padEnd(8)} ${exactLine(path)}`),
  )}${changes.map(({ diff }) => (diff === null ? '' : `\n${lines(...diff.trimEnd().split('\n').map(exactLine))}`)).join('')}`
}

export function installedPage(skill: SkillSummary, sentence: string): string {
  const { name, state, isEnabled, folder } = skill
  const next = !isEnabled
    ? words.switchOn(exactLine(name))
    : state === 'on'
      ? words.switchedOn(exactLine(name))
      : words.yesButNot(exactLine(name), state)
  return lines(sentence, `    ${exactLine(folder)}`, next)
}

export function removedRow({ trashId, name, deletedAt }: TrashedSkill): string {
  return lines(`${exactLine(trashId)}  ${deletedAt.slice(0, 16).replace('T', ' ')}  ${exactLine(name)}`)
}
