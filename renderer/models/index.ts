// The front door of the models room: what app/ may use of it.
import { lazy } from 'react'

export { chattingModels, chooseModel, findModel, isMissing } from './choice.ts'
export { ModelPicker } from './model-picker.tsx'
export { ServerLine } from './server-line.tsx'
export { addressBeyond, refusal, serverTrouble, shortAddress } from './server-state.ts'

/** Loaded when it is gone to: the window's first words do not wait for it. */
export const ModelsPage = lazy(async () => ({ default: (await import('./models-page.tsx')).ModelsPage }))

/** With the panel or the page that shows them. */
export const SelfTestBadges = lazy(async () => ({
  default: (await import('./self-test-badges.tsx')).SelfTestBadges,
}))
