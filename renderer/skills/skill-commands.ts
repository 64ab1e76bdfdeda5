// What can be done with a skill, in the order of its menu, and why something cannot be done now.
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillDetails } from '../../shared/skills.ts'
import type { MenuCommand } from '../ui/popup-menu.tsx'

const words = skillsPage.acts

export interface SkillActs {
  tryIt: () => void
  show: (what: 'folder' | 'editor') => void
  copyPath: () => void
}

export function commandsOf(details: SkillDetails, isReadOnly: boolean, acts: SkillActs): MenuCommand[] {
  const { skill } = details
  const readOnly = isReadOnly ? skillsPage.readOnly : undefined
  return [
    {
      id: 'try',
      label: words.tryIt,
      icon: 'write',
      notNow: readOnly ?? (skill.state === 'refused' ? words.notOn : undefined),
      run: acts.tryIt,
    },
    { id: 'folder', label: words.folder, icon: 'folder', apart: true, run: () => acts.show('folder') },
    { id: 'editor', label: words.editor, icon: 'prompt', run: () => acts.show('editor') },
    { id: 'copy', label: words.copyPath, icon: 'copy', run: acts.copyPath },
  ]
}
