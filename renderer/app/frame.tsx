// The frame: the sidebar beside the desk, or over it when the window is narrow.
import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { AskingAnnouncer, WaitingMark } from '../sessions/index.ts'
import { Icon } from '../ui/icon.tsx'
import type { House } from './house.ts'
import './frame.css'

/** Up to so many times the text size, the sidebar lies over the desk. */
const narrowWidth = 60

/** In pixels, because a media query takes `rem` for the text size of the browser, not for the one that was chosen. */
export function narrowWindow(textSize: number): string {
  return `(max-width: ${(narrowWidth * 16 * textSize) / 100}px)`
}

export function Frame(props: {
  house: House
  isNarrow: boolean
  /** null while there is nothing to choose from: the first run. */
  sidebar: ReactNode | null
  lines: ReactNode
  children: ReactNode
}) {
  const { house, isNarrow, sidebar } = props
  const { isSidebarShown, isSidebarCalled } = useStore(house.app.store)
  const { place } = useStore(house.app.store)
  const openId = useStore(house.chat.store, (each) => each.sessionId)
  const isBeside = sidebar !== null && !isNarrow && isSidebarShown
  return (
    <div className={isBeside ? 'frame frame--beside' : isNarrow ? 'frame frame--narrow' : 'frame'}>
      <button type="button" className="button skip" onClick={() => house.chat.focusComposer()}>
        {words.skip}
      </button>
      <AskingAnnouncer sessions={house.sessions} shownId={place === 'chat' ? openId : null} />
      {isBeside && sidebar}
      {sidebar !== null && isNarrow && (
        <Dialog.Root
          open={isSidebarCalled}
          onOpenChange={(open) => house.app.store.setState({ isSidebarCalled: open })}
        >
          <Dialog.Portal>
            <Dialog.Backdrop className="scrim" />
            <Dialog.Popup className="drawer" aria-label={words.sidebar.label}>
              {sidebar}
              <Dialog.Close className="icon-button drawer-close" aria-label={words.sidebar.close}>
                <Icon name="close" />
              </Dialog.Close>
            </Dialog.Popup>
          </Dialog.Portal>
        </Dialog.Root>
      )}
      <main className="desk">
        {props.lines}
        {props.children}
      </main>
    </div>
  )
}

/** The way to the sidebar, at the start of the bar, whenever the sidebar is not beside it. */
export function SidebarButton(props: { house: House; isNarrow: boolean }) {
  const { isSidebarShown, isSidebarCalled, place } = useStore(props.house.app.store)
  const openId = useStore(props.house.chat.store, (each) => each.sessionId)
  if (!props.isNarrow && isSidebarShown) return null
  return (
    <>
      <button
        type="button"
        className="icon-button sidebar-button"
        aria-label={words.sidebar.show}
        aria-expanded={props.isNarrow ? isSidebarCalled : false}
        onClick={() => props.house.toggleSidebar(props.isNarrow)}
      >
        <Icon name="sidebar" />
      </button>
      <WaitingMark
        sessions={props.house.sessions}
        shownId={place === 'chat' ? openId : null}
        onOpen={props.house.openSession}
      />
    </>
  )
}
