// Which Ollama server is asked, where its address came from, how it is, and which others there are.
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { Icon } from '../ui/icon.tsx'
import { ServerList } from './server-list.tsx'
import { Section, Setting } from './setting.tsx'

export function ServerSection(props: {
  bridge: Bridge
  settings: Settings
  host: HostState
  isLooking: boolean
  onLook: () => void
  change: (patch: SettingsPatch) => void
}) {
  const { settings, host } = props
  const fieldId = useId()
  const faultId = useId()
  const fault = host.failure?.code === 'invalid-input' ? host.failure.message : null
  return (
    <Section name={words.settings.server}>
      <Setting
        name={words.settings.address}
        note={words.settings.addressFrom[host.chosenBy](host.host)}
        fieldId={fieldId}
        control={(noteId) => (
          <>
            <AddressField
              id={fieldId}
              value={settings.host}
              describedBy={`${noteId} ${faultId}`}
              isFaulty={fault !== null}
              onChange={(address) => props.change({ host: address })}
            />
            <p id={faultId} className="setting-fault" role="status">
              {fault}
            </p>
          </>
        )}
      />
      <Setting
        name={words.settings.status}
        control={() => (
          <div className="status-line">
            <StatusWords host={host} isLooking={props.isLooking} />
            <button type="button" className="button" aria-busy={props.isLooking} onClick={props.onLook}>
              {words.server.lookAgain}
            </button>
          </div>
        )}
      />
      <ServerList
        bridge={props.bridge}
        stamp={JSON.stringify([settings.servers, host.host, host.status])}
        onUse={(address) => props.change({ host: address })}
      />
    </Section>
  )
}

/** Takes the address when it is left or entered; an empty field gives the choice back. */
function AddressField(props: {
  id: string
  value: string | null
  describedBy: string
  isFaulty: boolean
  onChange: (address: string | null) => void
}) {
  const [text, setText] = useState(props.value ?? '')
  useEffect(() => setText(props.value ?? ''), [props.value])
  const commit = () => {
    const address = text.trim() === '' ? null : text.trim()
    if (address !== props.value) props.onChange(address)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit()
    if (event.key === 'Escape') setText(props.value ?? '')
  }
  return (
    <div className={props.isFaulty ? 'field field--fault' : 'field'}>
      <input
        id={props.id}
        type="text"
        dir="ltr"
        spellCheck={false}
        autoComplete="off"
        placeholder={words.settings.addressPlaceholder}
        aria-describedby={props.describedBy}
        aria-invalid={props.isFaulty}
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}

function StatusWords(props: { host: HostState; isLooking: boolean }) {
  const { host } = props
  if (host.status === 'unknown' || props.isLooking) {
    return (
      <p className="status-words">
        <Icon name="running" turning />
        {words.settings.asking}
      </p>
    )
  }
  if (host.status === 'ready') {
    return (
      <p className="status-words">
        <Icon name="check" className="good" />
        {words.settings.ready(host.version, host.models.length)}
      </p>
    )
  }
  // The field above says what is wrong with the address.
  const sentence = host.failure?.code === 'invalid-input' ? words.settings.notAsked : host.failure?.message
  return (
    <p className="status-words">
      <Icon name="warn" className="bad" />
      {sentence ?? words.server.awayLine(host.host)}
    </p>
  )
}
