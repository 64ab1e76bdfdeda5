// Sessions whose answer has ended since their person last looked. Only a window has somebody who looks.
import type { Services } from '../contracts.ts'

export interface Unread {
  list(): readonly string[]
  /** The person has it before their eyes. */
  looked(sessionId: string): Promise<void>
}

export function createUnread({ settings, events, surface }: Pick<Services, 'settings' | 'events' | 'surface'>): Unread {
  const { desk } = settings

  async function set(sessionId: string, isUnread: boolean): Promise<void> {
    if (desk.unread().includes(sessionId) === isUnread) return
    const written = desk.setUnread(sessionId, isUnread)
    events.emit('unread.changed', { sessionId, isUnread })
    await written
  }

  if (surface) {
    events.on('run.ended', ({ sessionId, stop, purpose }) => {
      // Nothing was answered.
      if (purpose === 'summary') return
      // Whoever stops an answer is there. A window that shows this session says so at once.
      if (stop !== 'cancelled') void set(sessionId, true)
    })
  }
  return { list: () => desk.unread(), looked: (sessionId) => set(sessionId, false) }
}
