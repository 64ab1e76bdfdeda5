// Sessions that were made of another one and carry its id in theirs.

export interface Copy {
  kind: 'conflict' | 'repaired'
  /** The id of the session it was made of, or of the one it lay beside. */
  of: string
}

/** `<id>.conflict-<stamp>` was in the way when a session was archived; `<id>.repaired` and `.repaired-2` hold what could be read. */
const copyId = /^([^.]+)\.(conflict|repaired)(?:-[0-9A-Za-z_-]+)?$/

export function copyOf(sessionId: string): Copy | null {
  const [, of, kind] = copyId.exec(sessionId) ?? []
  return of !== undefined && (kind === 'conflict' || kind === 'repaired') ? { kind, of } : null
}
