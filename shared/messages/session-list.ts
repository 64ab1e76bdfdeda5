// What the list of sessions says beside its rows: how it is shown, and what is done with many at once.
import type { BulkAct } from '../list-view.ts'
import { size } from './sizes.ts'

const sessions = (count: number) => (count === 1 ? '1 session' : `${count.toLocaleString('en')} sessions`)
const done: Record<BulkAct, string> = {
  archive: 'Archived',
  restore: 'Restored',
  delete: 'Deleted',
  'take-back': 'Put back',
}
const doing: Record<BulkAct | 'export', string> = {
  archive: 'Archiving',
  restore: 'Restoring',
  delete: 'Deleting',
  'take-back': 'Putting back',
  export: 'Exporting',
}
/** So many are named one by one. */
const named = 3

/** Beside a name, where there is little room: "55 KB", "1.8 MB". */
function short(bytes: number): string {
  if (bytes < 1_000) return '< 1 KB'
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : size(bytes)
}

function names(titles: readonly string[]): string {
  const some = titles.slice(0, named).map((title) => `“${title}”`)
  const more = titles.length - some.length
  return more > 0 ? `${some.join(', ')} and ${more.toLocaleString('en')} more` : some.join(', ')
}

export const listWords = {
  list: 'Sessions',
  view: 'How the list is shown',
  byFolder: 'Group by folder',
  showSizes: 'Show sizes',
  select: 'Select sessions',
  selectKey: 'Shift+E',
  /** Heading of those that have none. */
  noFolder: 'No folder',
  /** While many files are read for the first time. */
  reading: 'Reading your sessions…',
  unread: 'New answer',
  lastError: 'The last answer ended in an error',
  size: short,
  bar: 'Selected sessions',
  selected: (count: number, bytes: number) =>
    count === 0 ? 'Nothing selected' : `${count.toLocaleString('en')} selected, ${size(bytes)}`,
  archive: 'Archive',
  restore: 'Restore',
  export: 'Export…',
  delete: 'Delete',
  leave: 'Stop selecting',
  formats: 'Export as',
  format: {
    md: 'Markdown',
    html: 'Web pages',
    json: 'JSON, with all versions',
    jsonl: 'Session files as they are',
  },
  doing: (act: BulkAct | 'export', at: number, of: number) =>
    act === 'export' || at === 0
      ? `${doing[act]} ${sessions(of)}…`
      : `${doing[act]} ${at.toLocaleString('en')} of ${sessions(of)}…`,
  done: (act: BulkAct, count: number) => `${done[act]} ${sessions(count)}.`,
  exported: (count: number, folder: string) => `Exported ${sessions(count)} to ${folder}.`,
  /** What was refused, and why the first of them was. */
  left: (titles: readonly string[], why: string) => `Left as they were: ${names(titles)}. ${why}`,
  leftOne: (title: string, why: string) => `Left as it was: “${title}”. ${why}`,
} as const
