// Where the focus goes when a step comes.
import { type RefObject, useEffect, useRef } from 'react'

/** The button that one most likely wants has the focus when its step comes, unless the person is elsewhere in the window. */
export function useStepFocus<Element extends HTMLElement>(): RefObject<Element | null> {
  const wanted = useRef<Element>(null)
  useEffect(() => {
    const { activeElement } = document
    const isFree = activeElement === null || activeElement === document.body || activeElement.closest('.first') !== null
    if (isFree) wanted.current?.focus({ preventScroll: true })
  }, [])
  return wanted
}
