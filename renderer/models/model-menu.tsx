// The list of what is installed, over the chip. Read with the first popup.
import { Menu } from '@base-ui/react/menu'
import { defaultModel } from '../../shared/limits.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import { Icon } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { chattingModels, findModel } from './choice.ts'
import '../ui/menu.css'

export function ModelMenu(props: {
  host: HostState
  model: string
  anchor: HTMLElement | null
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  onPick: (model: string) => void
}) {
  const { host, model, anchor } = props
  return (
    <Menu.Root open={props.isOpen} onOpenChange={props.onOpenChange}>
      <Menu.Portal render={<section aria-label={words.models.list} />}>
        <Menu.Positioner className="menu-place" anchor={anchor} side="top" align="start" sideOffset={6}>
          <Menu.Popup className="menu scroll" aria-label={words.models.list} finalFocus={() => anchor ?? true}>
            <ModelChoices host={host} model={model} onPick={props.onPick} />
            {host.status !== 'ready' && <p className="menu-note">{words.models.listMayBeOld}</p>}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function ModelChoices(props: { host: HostState; model: string; onPick: (model: string) => void }) {
  const { host } = props
  const chatting = chattingModels(host)
  const current = findModel(host, props.model)?.name ?? props.model
  const missing = [...new Set([current, defaultModel])].filter((name) => findModel(host, name) === undefined)
  return (
    <Menu.RadioGroup value={current} onValueChange={(value) => props.onPick(String(value))}>
      {chatting.map((model) => (
        <Menu.RadioItem key={model.name} value={model.name} className="menu-item" closeOnClick>
          <Mark />
          <span className="cut">{model.name}</span>
          <span className="end">
            {model.loaded && <span className="model-loaded">{words.models.loaded}</span>}
            {bytes(model.bytes)}
          </span>
        </Menu.RadioItem>
      ))}
      {host.status === 'ready' &&
        missing.map((name) => (
          <Menu.RadioItem key={name} value={name} className="menu-item" disabled>
            <Mark />
            <span className="cut">{name}</span>
            <span className="end">{words.models.notInstalled}</span>
          </Menu.RadioItem>
        ))}
      {host.status !== 'ready' && chatting.length === 0 && <p className="menu-note">{words.models.none}</p>}
    </Menu.RadioGroup>
  )
}

function Mark() {
  return (
    <span className="menu-mark">
      <Menu.RadioItemIndicator>
        <Icon name="check" />
      </Menu.RadioItemIndicator>
    </span>
  )
}
