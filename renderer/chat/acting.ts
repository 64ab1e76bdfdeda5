// What can be done with the messages of the open session, for those who draw them.
import { createContext, use } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { Settings } from '../../shared/settings.ts'
import type { MenuAnchor, MenuCommand } from '../ui/popup-menu.tsx'
import type { Chat, ChatState } from './chat-store.ts'

/** `all`: everything. `copies`: the session stays as it is, but others can be made of it. `nothing`: neither. */
export type May = 'all' | 'copies' | 'nothing'

/** Keeps its identity as long as nothing of it changes, and is read where it is used: a turn is not drawn again for it. */
export interface Acting {
  chat: Chat
  may: May
  sendWith: Settings['sendWith']
  isMac: boolean
  /** The model that is chosen in the composer now. */
  model: () => string | null
  /** Those that are installed and hold a conversation. */
  models: () => readonly string[]
  openMenu: (label: string, commands: readonly MenuCommand[], anchor: MenuAnchor) => void
  /** Says what could not be done. */
  tell: (failure: Failure | null) => void
  fork: (entryId: string) => void
  /** Back to before this question. */
  rewind: (entryId: string, files: boolean) => void
}

export const ActingContext = createContext<Acting | null>(null)

export function useActing(): Acting {
  const acting = use(ActingContext)
  if (!acting) throw new Error('a message outside of a transcript')
  return acting
}

/** While an answer is being written, nothing else may be written into its session. */
export const isBusy = ({ live }: ChatState) => live !== null && live.end === null
