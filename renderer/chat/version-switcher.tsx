// ‹ 2/3 ›: which of the versions of a message is shown, and the way to the others.
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import { type Acting, isBusy, useActing } from './acting.ts'

export function VersionSwitcher(props: { entryId: string; ids: readonly string[] }) {
  const { ids } = props
  const acting = useActing()
  const at = ids.indexOf(props.entryId)
  const canSwitch = acting.may === 'all'
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons in a line of text, not a fieldset
    <span className="versions" role="group" aria-label={words.versions.shown(at + 1, ids.length)}>
      {canSwitch && <Step acting={acting} to={ids[at - 1]} icon="left" label={words.versions.previous} />}
      <span className="num" aria-hidden="true">
        {words.versions.place(at + 1, ids.length)}
      </span>
      {canSwitch && <Step acting={acting} to={ids[at + 1]} icon="right" label={words.versions.next} />}
    </span>
  )
}

/** Never disabled for the browser: the focus stays on it when there is nothing further. */
function Step(props: { acting: Acting; to: string | undefined; icon: 'left' | 'right'; label: string }) {
  const { acting, to } = props
  const isRunning = useStore(acting.chat.store, isBusy)
  const notNow = isRunning ? words.versions.notNow : undefined
  const canStep = to !== undefined && !isRunning
  return (
    <button
      type="button"
      className="icon-button icon-button--s"
      aria-label={props.label}
      title={notNow ?? props.label}
      aria-disabled={!canStep}
      aria-description={notNow}
      onClick={() => canStep && void acting.chat.switchTo(to).then(acting.tell)}
    >
      <Icon name={props.icon} small />
    </button>
  )
}
