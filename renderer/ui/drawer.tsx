// What lies over the desk from one side, in a narrow window.
import { lazy, type ReactNode, Suspense } from 'react'
import { loadPopups, useOnce } from './popups.ts'

export interface DrawerProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  className: string
  label: string
  /** The words of a button that closes it; without, it has none. */
  close?: string
  children: ReactNode
}

const View = lazy(async () => ({ default: (await loadPopups()).DrawerView }))

export function Drawer(props: DrawerProps) {
  const isCalled = useOnce(props.isOpen)
  return (
    isCalled && (
      <Suspense fallback={null}>
        <View {...props} />
      </Suspense>
    )
  )
}
