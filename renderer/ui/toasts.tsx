// Short words about what was just done, with a way back or on; placed over the end of the sidebar.
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { IconName } from './icon.tsx'
import { loadPopups } from './popups.ts'

export interface ToastWords {
  text: string
  /** `fault`: it could not be done. */
  tone?: 'done' | 'fault'
  icon?: IconName
  /** The way back, or on. */
  act?: { label: string; run: () => void }
  onClose?: () => void
}

/** Answers how to take it away again. */
export type ShowToast = (toast: ToastWords) => () => void

const ShowToastContext = createContext<ShowToast>(() => () => undefined)

/** Where toasts are shown: made once for a window, so that what is no part of the page can show one, too. */
export interface Toasts {
  show: ShowToast
  /** Whether one was ever shown. */
  isWanted(): boolean
  onWanted(listener: () => void): () => void
  /** The region is on the page: what waits is shown. Answers how to take it back. */
  attach(show: ShowToast): () => void
}

const View = lazy(async () => ({ default: (await loadPopups()).ToastsView }))

export function ToastRegion(props: { toasts: Toasts; label: string; close: string; children: ReactNode }) {
  const { toasts } = props
  const isWanted = useSyncExternalStore(toasts.onWanted, toasts.isWanted)
  const [isIdle, setIsIdle] = useState(false)
  // Before the first one where there is time for it: what reads aloud listens to a region only when it was there before.
  useEffect(() => {
    const job = requestIdleCallback(() => setIsIdle(true))
    return () => cancelIdleCallback(job)
  }, [])
  return (
    <ShowToastContext value={toasts.show}>
      {props.children}
      {(isWanted || isIdle) && (
        <Suspense fallback={null}>
          <View toasts={toasts} label={props.label} close={props.close} />
        </Suspense>
      )}
    </ShowToastContext>
  )
}

export function createToasts(): Toasts {
  let shown: ShowToast | null = null
  let isWanted = false
  const waiting: ((show: ShowToast) => void)[] = []
  const listeners = new Set<() => void>()
  return {
    show(toast) {
      let isClosed = false
      let close: (() => void) | null = null
      const add = (show: ShowToast) => {
        if (!isClosed) close = show(toast)
      }
      if (shown) add(shown)
      else waiting.push(add)
      isWanted = true
      for (const listener of listeners) listener()
      return () => {
        isClosed = true
        close?.()
      }
    },
    isWanted: () => isWanted,
    onWanted(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    attach(show) {
      shown = show
      for (const add of waiting.splice(0)) add(show)
      return () => {
        shown = null
      }
    },
  }
}

/** Does nothing outside a ToastRegion. Keeps its identity. */
export function useToast(): ShowToast {
  return useContext(ShowToastContext)
}
