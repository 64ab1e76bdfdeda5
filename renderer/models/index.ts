// The front door of the models room: what app/ may use of it.
export { chooseModel, isMissing } from './choice.ts'
export { ModelPicker } from './model-picker.tsx'
export { ServerLine } from './server-line.tsx'
export { ServerPage } from './server-page.tsx'
export { addressBeyond, serverTrouble } from './server-state.ts'
