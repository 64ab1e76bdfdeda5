// A small button that copies a text and says so.
import { useEffect, useState } from 'react'
import { Icon } from './icon.tsx'

export function CopyButton(props: { text: string; label: string; done: string; large?: boolean }) {
  const [isDone, setDone] = useState(false)
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
