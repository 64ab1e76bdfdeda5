// The list of what is installed, over the chip. Read with the first popup.
import { Menu } from '@base-ui/react/menu'
import { useState } from 'react'
import { defaultModel } from '../../shared/limits.ts'
import { pickerWords, toolsOf, whyOf } from '../../shared/messages/self-test.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState, InstalledModel } from '../../shared/model.ts'
import type { SelfTest } from '../../shared/self-test.ts'
import type { Bridge } from '../app/bridge.ts'
import { Icon } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { chattingModels, findModel } from './choice.ts'
import { useSelfTests } from './use-self-tests.ts'
import '../ui/menu.css'

export function ModelMenu(props: {
  bridge: Bridge
  host: HostState
  model: string
  anchor: HTMLElement | null
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  onPick: (model: string) => void
}) {
  const { host, model, anchor } = props
  const tests = useSelfTests(props.bridge)
  /** The row one stands at; its reasons are told beneath the list. */
  const [at, setAt] = useState<string | null>(null)
  const installed = findModel(host, at ?? model)
  return (
    <Menu.Root open={props.isOpen} onOpenChange={props.onOpenChange}>
      <Menu.Portal render={<section aria-label={words.models.list} />}>
        <Menu.Positioner className="menu-place" anchor={anchor} side="top" align="start" sideOffset={6}>
          <Menu.Popup className="menu model-menu" aria-label={words.models.list} finalFocus={() => anchor ?? true}>
            <ModelChoices host={host} model={model} tests={tests} onPick={props.onPick} onAt={setAt} />
            {installed && (
              // Each row says the same to those who listen.
              <p className="menu-note model-why" aria-hidden="true">
                {whyOf(testOf(tests, installed))}
              </p>
            )}
            {host.status !== 'ready' && <p className="menu-note">{words.models.listMayBeOld}</p>}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

const testOf = (tests: ReadonlyMap<string, SelfTest>, { digest }: InstalledModel) => tests.get(digest ?? '') ?? null

function ModelChoices(props: {
  host: HostState
  model: string
  tests: ReadonlyMap<string, SelfTest>
  onPick: (model: string) => void
  onAt: (model: string) => void
}) {
  const { host, tests, onAt } = props
  const chatting = chattingModels(host)
  const current = findModel(host, props.model)?.name ?? props.model
  const missing = [...new Set([current, defaultModel])].filter((name) => findModel(host, name) === undefined)
  return (
    <Menu.RadioGroup
      className="model-choices scroll"
      value={current}
      onValueChange={(value) => props.onPick(String(value))}
    >
      {chatting.map((model) => (
        <Menu.RadioItem
          key={model.name}
          value={model.name}
          className="menu-item"
          closeOnClick
          aria-description={whyOf(testOf(tests, model))}
          // Whichever way one comes to it, it has the focus.
          onFocus={() => onAt(model.name)}
        >
          <Mark />
          <span className="cut">{model.name}</span>
          <span className="end">
            <span className="model-tools" data-tools={toolsOf(testOf(tests, model))}>
              {pickerWords.tools[toolsOf(testOf(tests, model))]}
            </span>
            {model.loaded && <span className="model-loaded">{words.models.loaded}</span>}
            {model.capabilities.includes('vision') && <span className="model-loaded">{words.models.sees}</span>}
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
