// Stops what goes on. It goes away when that is over; a focus that was on it is handed on, not lost.
import { type RefObject, useLayoutEffect, useRef } from 'react'
import { window as words } from '../../shared/messages/window.ts'

export function CancelButton(props: { onCancel: () => void; focusAfter: RefObject<HTMLButtonElement | null> }) {
  const { focusAfter } = props
  const own = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const button = own.current
    return () => {
      if (document.activeElement === button) focusAfter.current?.focus()
    }
  }, [focusAfter])
  return (
    <button ref={own} type="button" className="button button--plain" onClick={props.onCancel}>
      {words.settings.checkCancel}
    </button>
  )
}
