// The keys that work everywhere in the window, and the same commands when the native menu asks for them.
import { useEffect } from 'react'
import type { PushPayload } from '../../shared/ipc.ts'
import { type ActId, actOfKey } from '../sessions/index.ts'
import type { House } from './house.ts'

type Command = PushPayload<'window.command'>['command'] | 'next-session' | 'previous-session'

const commandOfAct = {
  rename: 'rename-session',
  pin: 'pin-session',
  archive: 'archive-session',
} as const satisfies Record<Exclude<ActId, 'delete' | 'export' | 'retitle'>, Command>

/** Which command a key press means, or null. */
export function commandOf(event: KeyboardEvent, isMac: boolean): Command | null {
  if (event.isComposing || event.altKey) return null
  if (event.ctrlKey && !event.metaKey && event.key === 'Tab')
    return event.shiftKey ? 'previous-session' : 'next-session'
  const act = actOfKey(event, isMac)
  if (act !== null) return commandOfAct[act]
  if (event.key === 'Escape' && !event.ctrlKey && !event.metaKey && !event.shiftKey) return 'stop'
  const isModified = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  if (isModified && event.shiftKey && event.key.toLowerCase() === 'f') return 'search'
  if (isModified && event.shiftKey && event.key.toLowerCase() === 'e') return 'select-sessions'
  if (isModified && event.shiftKey && event.key.toLowerCase() === 's') return 'open-skills'
  if (!isModified || event.shiftKey) return null
  if (event.key.toLowerCase() === 'n') return 'new-session'
  if (event.key === ',') return 'open-settings'
  if (event.key.toLowerCase() === 'b') return 'toggle-sidebar'
  if (event.key.toLowerCase() === 'i') return 'toggle-panel'
  if (event.key.toLowerCase() === 'l') return 'focus-composer'
  if (event.key.toLowerCase() === 'f') return 'find-in-session'
  return null
}

/** What floats takes Escape for itself; toasts, which are dialogs by role, do not. */
const floating = '[role="menu"], [role="dialog"]:not(.toast), [role="listbox"]'
/** An open menu may be about another session than the open one. */
const actsOnOpen: readonly Command[] = ['rename-session', 'pin-session', 'archive-session']

export function useShortcuts(house: House, options: { isNarrow: boolean; isPanelOver: boolean; isMac: boolean }) {
  const { isNarrow, isPanelOver, isMac } = options
  useEffect(() => {
    const run = (command: Command) => {
      switch (command) {
        case 'new-session':
          return house.beginSession()
        case 'open-settings':
          return house.openSettings()
        case 'search':
          return house.openSearch()
        case 'open-skills':
          return house.openSkills()
        case 'open-ledger':
          return house.app.go('ledger')
        case 'open-trash':
          return house.openTrash()
        case 'open-import':
          return house.app.go('import')
        case 'focus-composer':
          house.app.go('chat')
          return house.chat.focusComposer()
        case 'find-in-session':
          house.app.go('chat')
          return house.chat.find()
        case 'stop':
          return house.chat.stop()
        case 'toggle-sidebar':
          return house.toggleSidebar(isNarrow)
        case 'toggle-panel':
          return house.togglePanel(isPanelOver)
        case 'rename-session':
          return house.renameSession(isNarrow)
        case 'retitle-session':
          return house.actOnOpen('retitle')
        case 'compact-session':
          return house.compactSession()
        case 'pin-session':
          return house.actOnOpen('pin')
        case 'archive-session':
          return house.actOnOpen('archive')
        case 'export-session':
          return house.actOnOpen('export')
        case 'delete-session':
          return house.actOnOpen('delete')
        case 'select-sessions':
          return house.selectSessions(isNarrow)
        case 'next-session':
          return house.stepSession(1)
        case 'previous-session':
          return house.stepSession(-1)
        default:
          return command satisfies never
      }
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const command = commandOf(event, isMac)
      if (command === null || event.defaultPrevented) return
      if (command === 'stop' && document.querySelector(floating)) return
      if (command !== 'stop') event.preventDefault()
      if (actsOnOpen.includes(command) && document.querySelector('[role="menu"]')) return
      // A key that is held down must not pin and unpin.
      if (!event.repeat || (command !== 'pin-session' && command !== 'archive-session')) run(command)
    }
    window.addEventListener('keydown', onKeyDown)
    const stop = house.bridge.on('window.command', ({ command }) => run(command))
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      stop()
    }
  }, [house, isNarrow, isPanelOver, isMac])
}
