// What few sessions show: loaded when the first of them does.

export { ApprovalCard } from './approval-card.tsx'
export { Calls } from './calls.tsx'
export { Damage } from './damage.tsx'
export { EditForm } from './edit-form.tsx'
export { FindBar } from './find-bar.tsx'
export { ImportedNote } from './imported-note.tsx'
export { Origin } from './origin.tsx'
export { TurnChanges } from './run-changes.tsx'
export { FolderChip, FolderLine } from './session-folder.tsx'
export { OtherVersion, SliceEdge } from './slice-edge.tsx'
export { TrustedLine } from './trusted-line.tsx'
export { WaitingList } from './waiting-list.tsx'
