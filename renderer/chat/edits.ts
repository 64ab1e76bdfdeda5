// The words of questions that are being written anew: one editor open in each session, and what was typed in any.
export interface Edits {
  /** The question of this session whose editor is open; null when none is. */
  openIn(sessionId: string): string | null
  begin(sessionId: string, entryId: string): void
  /** What was typed there so far; null when nothing was. */
  read(sessionId: string, entryId: string): string | null
  write(sessionId: string, entryId: string, text: string): void
  /** Sent, or given up: its words are not kept. */
  end(sessionId: string, entryId: string): void
}

export function createEdits(): Edits {
  const open = new Map<string, string>()
  const texts = new Map<string, Map<string, string>>()
  return {
    openIn: (sessionId) => open.get(sessionId) ?? null,
    begin: (sessionId, entryId) => void open.set(sessionId, entryId),
    read: (sessionId, entryId) => texts.get(sessionId)?.get(entryId) ?? null,
    write(sessionId, entryId, text) {
      const here = texts.get(sessionId) ?? new Map<string, string>()
      texts.set(sessionId, here.set(entryId, text))
    },
    end(sessionId, entryId) {
      if (open.get(sessionId) === entryId) open.delete(sessionId)
      texts.get(sessionId)?.delete(entryId)
    },
  }
}
