// Skills as `carrel skills … --json` tells them: the names scripts rely on, whatever the app calls them inside.
import type {
  SkillDetails,
  SkillInspection,
  SkillJudgement,
  SkillProblem,
  SkillRoot,
  SkillSummary,
} from '../../../shared/skills.ts'

const toldProblem = ({ code, message, line, path }: SkillProblem) => ({ code, message, line, path })

export function toldRoot({ path, scope, state, found, problems }: SkillRoot) {
  return { path, scope, state, found, problems: problems.map(toldProblem) }
}

export function toldSkill(skill: SkillSummary) {
  const { key, name, folder, scope, status, state, isEnabled, description, tokens, problems, shadowedBy } = skill
  const { files, bytes, scripts, source } = skill
  return {
    name,
    folder,
    scope,
    status,
    enabled: isEnabled,
    trusted: state !== 'untrusted',
    state,
    description,
    tokens,
    problems: problems.map(toldProblem),
    shadowedBy,
    key,
    files,
    bytes,
    scripts,
    source,
  }
}

/** With the files by name, and the whole text. */
export function toldDetails({ skill, files, text, license, compatibility, allowedTools }: SkillDetails) {
  const { files: _, ...told } = toldSkill(skill)
  return { ...told, files, text, license, compatibility, allowedTools }
}

export function toldJudged({ folder, judgement }: { folder: string; judgement: SkillJudgement }) {
  const { status, name, description, tokens, problems } = judgement
  return { folder, status, name, description, tokens, problems: problems.map(toldProblem) }
}

export function toldInspection(inspection: SkillInspection) {
  const { id, source, judgement, folderName, files, totals, problems, replaces } = inspection
  const { status, name, description, tokens } = judgement
  return {
    skill: { name, folder: folderName, status, description, tokens, source },
    installable: id !== null,
    files: files.map(({ path, bytes, executable, isScript }) => ({ path, bytes, executable, isScript })),
    totals,
    problems: [...judgement.problems, ...problems].map(toldProblem),
    replaces: replaces && { edited: replaces.isEdited, same: replaces.isSame, changes: replaces.changes },
  }
}
