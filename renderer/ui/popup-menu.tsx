// A menu that opens where it was asked for: beside a button, or under the pointer.
import { lazy, Suspense } from 'react'
import type { IconName } from './icon.tsx'
import { loadPopups, useOnce } from './popups.ts'

export interface MenuCommand {
  id: string
  label: string
  icon: IconName
  shortcut?: string
  /** Why it cannot be done now. */
  notNow?: string | undefined
  /** It is on or off, and stays so. */
  isOn?: boolean
  /** A line above it parts it from the others. */
  apart?: boolean
  run: () => void
}

export interface MenuAnchor {
  /** What the menu is about; it gets the focus back. */
  element: HTMLElement
  /** Where the pointer was, in CSS pixels of the window; null to open beside the element. */
  point: { x: number; y: number } | null
}

export interface PopupMenuProps {
  anchor: MenuAnchor | null
  label: string
  commands: readonly MenuCommand[]
  onClose: () => void
}

const View = lazy(async () => ({ default: (await loadPopups()).PopupMenuView }))

export function PopupMenu(props: PopupMenuProps) {
  // It stays once it was opened: closing gives the focus back.
  const isCalled = useOnce(props.anchor !== null)
  return (
    isCalled && (
      <Suspense fallback={null}>
        <View {...props} />
      </Suspense>
    )
  )
}
