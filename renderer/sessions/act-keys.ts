// The keys of what can be done with a session: the same in its row and for the open one, but for Delete, which only a row has.

export const actIds = ['rename', 'retitle', 'pin', 'archive', 'export', 'delete'] as const
export type ActId = (typeof actIds)[number]

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** What a key press means wherever the focus is. */
export function actOfKey(press: Press, isMac: boolean): Exclude<ActId, 'delete' | 'export' | 'retitle'> | null {
  if (press.altKey) return null
  if (press.key === 'F2' && isPlain(press)) return 'rename'
  const isModified = isMac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey
  if (!isModified || !press.shiftKey) return null
  if (press.key.toLowerCase() === 'p') return 'pin'
  return press.key.toLowerCase() === 'a' ? 'archive' : null
}

/** What it means in the row of a session, where no text can be meant. */
export function actOfRowKey(press: Press, isMac: boolean): ActId | null {
  // The key of a Mac that is named delete says Backspace.
  const isDelete = press.key === 'Delete' || (isMac && press.key === 'Backspace')
  return isDelete && !press.altKey && isPlain(press) ? 'delete' : actOfKey(press, isMac)
}

function isPlain({ ctrlKey, metaKey, shiftKey }: Press): boolean {
  return !ctrlKey && !metaKey && !shiftKey
}
