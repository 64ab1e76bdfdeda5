// A small button that copies a text and says so.
import { createContext, useContext, useEffect, useState } from 'react'
import { Icon } from './icon.tsx'
import { useToast } from './toasts.tsx'

/** What is said when a text could not be copied. */
export const CopyFailure = createContext('')

export function CopyButton(props: { text: string; label: string; done: string; large?: boolean }) {
  const [isDone, setDone] = useState(false)
  const failure = useContext(CopyFailure)
  const showToast = useToast()
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => setDone(false), 1_600)
    return () => clearTimeout(timer)
  }, [isDone])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text)
      setDone(true)
    } catch {
      setDone(false)
      showToast({ text: failure, tone: 'fault' })
    }
  }
  const label = isDone ? props.done : props.label
  return (
    <button
      type="button"
      className={props.large ? 'icon-button' : 'icon-button icon-button--s'}
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={isDone ? 'check' : 'copy'} small={!props.large} />
    </button>
  )
}
