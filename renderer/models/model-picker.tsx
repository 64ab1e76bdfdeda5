// The model of the next message: a chip that opens the list of what is installed.
import { lazy, Suspense, useRef, useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import type { Bridge } from '../app/bridge.ts'
import { Icon } from '../ui/icon.tsx'
import { useOnce } from '../ui/popups.ts'
import { isMissing } from './choice.ts'
import './models.css'

const ModelMenu = lazy(async () => ({ default: (await import('./model-menu.tsx')).ModelMenu }))

export function ModelPicker(props: {
  bridge: Bridge
  host: HostState
  model: string
  onPick: (model: string) => void
}) {
  const { host, model } = props
  const [isOpen, setIsOpen] = useState(false)
  const isCalled = useOnce(isOpen)
  const chip = useRef<HTMLButtonElement>(null)
  const isGone = isMissing(host, model)
  return (
    <>
      <button
        ref={chip}
        type="button"
        className="chip chip--plain model-chip"
        aria-label={words.models.picker(model)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        // While it is open, nothing behind it can be clicked.
        onClick={() => setIsOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          setIsOpen(true)
        }}
      >
        <Icon name="chip" small />
        <b>{model}</b>
        {isGone && <span className="model-gone">{words.models.notInstalled}</span>}
        <Icon name="down" small />
      </button>
      {isCalled && (
        <Suspense fallback={null}>
          <ModelMenu {...props} anchor={chip.current} isOpen={isOpen} onOpenChange={setIsOpen} />
        </Suspense>
      )}
    </>
  )
}
