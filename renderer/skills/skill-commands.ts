// What can be done with a skill, in the order of its menu, and why something cannot be done now.
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillDetails, SkillState } from '../../shared/skills.ts'
import type { MenuCommand } from '../ui/popup-menu.tsx'

const words = skillsPage.acts

/** Why no session can be begun with it alone. */
const notTriable: Partial<Record<SkillState, string>> = {
  refused: words.notOn,
  untrusted: skillsPage.said.untrusted,
  shadowed: skillsPage.said.shadowed,
  changed: skillsPage.said.changed,
}

export interface SkillActs {
  tryIt: () => void
  edit: () => void
  update: () => void
  show: (what: 'folder' | 'editor') => void
  copyPath: () => void
  remove: () => void
}

/** Why its SKILL.md cannot be edited here, or undefined. */
export function notEditable({ skill, text }: SkillDetails, isReadOnly: boolean): string | undefined {
  if (isReadOnly) return skillsPage.readOnly
  if (!skill.isOurs) return words.notOurs
  return text === null ? words.notText : undefined
}

export function commandsOf(details: SkillDetails, isReadOnly: boolean, acts: SkillActs): MenuCommand[] {
  const { skill } = details
  const readOnly = isReadOnly ? skillsPage.readOnly : undefined
  const foreign = readOnly ?? (skill.isOurs ? undefined : words.notOurs)
  return [
    {
      id: 'try',
      label: words.tryIt,
      icon: 'write',
      notNow: readOnly ?? notTriable[skill.state],
      run: acts.tryIt,
    },
    { id: 'edit', label: words.edit, icon: 'pencil', notNow: notEditable(details, isReadOnly), run: acts.edit },
    {
      id: 'update',
      label: words.update,
      icon: 'again',
      notNow: foreign ?? (skill.source === null ? words.notInstalled : undefined),
      run: acts.update,
    },
    { id: 'folder', label: words.folder, icon: 'folder', apart: true, run: () => acts.show('folder') },
    { id: 'editor', label: words.editor, icon: 'prompt', run: () => acts.show('editor') },
    { id: 'copy', label: words.copyPath, icon: 'copy', run: acts.copyPath },
    { id: 'remove', label: words.remove, icon: 'trash', apart: true, notNow: foreign, run: acts.remove },
  ]
}
