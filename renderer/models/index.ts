// The front door of the models room: what app/ may use of it.
export { chattingModels, chooseModel, isMissing } from './choice.ts'
export { ModelPicker } from './model-picker.tsx'
export { ServerLine } from './server-line.tsx'
export { addressBeyond, refusal, serverTrouble, shortAddress } from './server-state.ts'
