// What is loaded when the first thing is attached, or shown to be.
export { AttachmentBar } from './bar.tsx'
export { Chips, EditableChips } from './chips.tsx'
