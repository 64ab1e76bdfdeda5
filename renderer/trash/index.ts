// The front door of the trash room.
export { TrashPage } from './trash-page.tsx'
export { createTrash, type Trash } from './trash-store.ts'
