// One installed model: what it is, whether it lies in memory, and what can be done with it.
import { useId, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { modelsPage } from '../../shared/messages/models-window.ts'
import type { InstalledModel as Installed } from '../../shared/model.ts'
import type { Bridge } from '../app/bridge.ts'
import { Icon } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { ModelDetails } from './model-details.tsx'
import { ModelWindow } from './model-window.tsx'
import { SelfTestBadges } from './self-test-badges.tsx'

const words = modelsPage.installed

export interface InstalledModelProps {
  bridge: Bridge
  model: Installed
  /** New sessions begin with it. */
  isUsed: boolean
  /** The server does not answer: what needs it is not offered. */
  isAway: boolean
  /** Another process has the data folder: nothing that would be kept is offered. */
  isReadOnly: boolean
  /** What is being done with it. */
  isBusy: boolean
  /** Tokens of the window the person has chosen for it; null for none. */
  chosenWindow: number | null
  onWindow: (tokens: number | null) => Promise<Failure | null>
  onUse: () => void
  onUnload: () => void
  onRemove: () => void
}

export function InstalledModel(props: InstalledModelProps) {
  const { bridge, model, isUsed, isAway, isBusy } = props
  const [isOpen, setOpen] = useState(false)
  const detailsId = useId()
  const { name, capabilities, memory } = model
  const gpu = memory && Math.round((memory.gpuBytes / memory.bytes) * 100)
  const canChat = capabilities.length === 0 || capabilities.includes('completion')
  const act = (label: string, run: () => void) => (
    <button
      type="button"
      className="button button--plain"
      aria-label={words.named(label, name)}
      aria-disabled={isAway || isBusy}
      onClick={() => !isAway && !isBusy && run()}
    >
      {label}
    </button>
  )
  const facts = [
    bytes(model.bytes),
    model.family,
    model.parameterSize === null ? null : words.parameters(model.parameterSize),
    model.quantization,
    model.contextLength === null ? null : words.context(model.contextLength),
  ].filter(Boolean)
  return (
    <li className="model" aria-busy={isBusy}>
      <div className="model-head">
        <h3 className="model-name">{name}</h3>
        {isUsed && (
          <span className="model-used">
            <Icon name="check" small />
            {words.isUsed}
          </span>
        )}
      </div>
      <p className="model-facts num">{facts.join(' · ')}</p>
      {capabilities.length === 0 ? (
        <p className="model-facts">{words.noBadges}</p>
      ) : (
        <ul className="model-badges" aria-label={name}>
          {capabilities.map((one) => (
            <li key={one}>{words.badges[one] ?? one}</li>
          ))}
        </ul>
      )}
      {model.loaded && (
        <p className="model-memory">
          <span className="model-dot" aria-hidden="true" />
          {words.loaded(gpu, memory?.contextTokens ?? null)}
          {gpu !== null && gpu < 100 && gpu > 0 && <span className="muted"> {words.partly}</span>}
        </p>
      )}
      <div className="model-acts">
        {canChat && !isUsed && act(words.use, props.onUse)}
        {model.loaded && act(words.unload, props.onUnload)}
        <button
          type="button"
          className="button button--plain"
          aria-label={words.named(words.details, name)}
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => setOpen(!isOpen)}
        >
          {words.details}
        </button>
        {act(words.remove, props.onRemove)}
      </div>
      <div id={detailsId}>
        {isOpen && (
          <>
            {canChat && (
              <SelfTestBadges
                bridge={bridge}
                model={name}
                digest={model.digest}
                isReadOnly={props.isReadOnly || isAway}
              />
            )}
            {canChat && (
              <ModelWindow
                bridge={bridge}
                model={name}
                digest={model.digest}
                chosen={props.chosenWindow}
                isReadOnly={props.isReadOnly}
                choose={props.onWindow}
              />
            )}
            <ModelDetails bridge={bridge} model={model} />
          </>
        )}
      </div>
    </li>
  )
}
