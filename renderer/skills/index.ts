// The front door of the room of skills.
import { lazy } from 'react'

export { skillsOfSession } from './session-choice.ts'
export { createSkills, type Skills } from './skills-store.ts'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const SkillsPage = lazy(async () => ({ default: (await import('./skills-page.tsx')).SkillsPage }))
export const SessionSkills = lazy(async () => ({ default: (await import('./session-skills.tsx')).SessionSkills }))
