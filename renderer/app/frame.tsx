// The frame: the sidebar beside the desk, or over it when the window is narrow.
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { AskingAnnouncer, WaitingMark } from '../sessions/index.ts'
import { Drawer } from '../ui/drawer.tsx'
import { Icon } from '../ui/icon.tsx'
import type { House } from './house.ts'
import './frame.css'

/** Up to so many times the text size, the sidebar lies over the desk. */
const narrowWidth = 60

/** Up to so many times the text size, the session panel lies over the desk: with the sidebar beside it, and without. */
const panelWidths = { beside: 70, alone: 54 }

/** In pixels, because a media query takes `rem` for the text size of the browser, not for the one that was chosen. */
export function narrowWindow(textSize: number): string {
  return `(max-width: ${(narrowWidth * 16 * textSize) / 100}px)`
}

export function narrowPanel(textSize: number, hasSidebar: boolean): string {
  return `(max-width: ${((hasSidebar ? panelWidths.beside : panelWidths.alone) * 16 * textSize) / 100}px)`
}

export function Frame(props: {
  house: House
  isNarrow: boolean
  /** null while there is nothing to choose from: the first run. */
  sidebar: ReactNode | null
  /** null where there is no session to tell of. */
  panel: ReactNode | null
  isPanelOver: boolean
  lines: ReactNode
  children: ReactNode
}) {
  const { house, isNarrow, sidebar, panel, isPanelOver } = props
  const { isSidebarShown, isSidebarCalled, isPanelShown, isPanelCalled } = useStore(house.app.store)
  const { place } = useStore(house.app.store)
  const openId = useStore(house.chat.store, (each) => each.sessionId)
  const isBeside = sidebar !== null && !isNarrow && isSidebarShown
  const hasPanel = panel !== null && !isPanelOver && isPanelShown
  const classes = ['frame', isBeside ? 'frame--beside' : isNarrow && 'frame--narrow', hasPanel && 'frame--panel']
  return (
    <div className={classes.filter(Boolean).join(' ')}>
      <button type="button" className="button skip" onClick={() => house.chat.focusComposer()}>
        {words.skip}
      </button>
      <AskingAnnouncer sessions={house.sessions} shownId={place === 'chat' ? openId : null} />
      {isBeside && sidebar}
      {sidebar !== null && isNarrow && (
        <Drawer
          isOpen={isSidebarCalled}
          onOpenChange={(open) => house.app.store.setState({ isSidebarCalled: open })}
          className="drawer"
          label={words.sidebar.label}
          close={words.sidebar.close}
        >
          {sidebar}
        </Drawer>
      )}
      <main className="desk">
        {props.lines}
        {props.children}
      </main>
      {hasPanel && (
        <aside className="panel" aria-label={words.panel.label}>
          {panel}
        </aside>
      )}
      {panel !== null && isPanelOver && (
        <Drawer
          isOpen={isPanelCalled}
          onOpenChange={(open) => house.app.store.setState({ isPanelCalled: open })}
          className="drawer drawer--end panel"
          label={words.panel.label}
        >
          {panel}
        </Drawer>
      )}
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

/** The way to the session panel and back, at the end of the bar. */
export function PanelButton(props: { house: House; isPanelOver: boolean; shortcut: string }) {
  const { isPanelShown, isPanelCalled } = useStore(props.house.app.store)
  return (
    <button
      type="button"
      className="icon-button panel-button"
      aria-label={words.panel.button}
      title={words.withShortcut(words.panel.button, props.shortcut)}
      aria-pressed={props.isPanelOver ? isPanelCalled : isPanelShown}
      onClick={() => props.house.togglePanel(props.isPanelOver)}
    >
      <Icon name="panel" />
    </button>
  )
}
