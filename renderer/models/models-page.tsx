// The Models page: what the server has, what is on its way, and what can be got.
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { modelsPage as words } from '../../shared/messages/models-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { findModel } from './choice.ts'
import { GetModel } from './get-model.tsx'
import { InstalledModel } from './installed-model.tsx'
import { PullRow } from './pull-row.tsx'
import { shortAddress, troubleSentence } from './server-state.ts'
import { usePulls } from './use-pulls.ts'
import './models-page.css'

export interface ModelsPageProps {
  bridge: Bridge
  host: HostState
  /** What new sessions begin with; null when there is nothing to begin with. */
  model: string | null
  /** Tokens, by the name of the model. */
  windows: Settings['windows']
  isLooking: boolean
  isReadOnly: boolean
  barStart: ReactNode
  onLook: () => void
  onSettings: () => void
  update: (patch: SettingsPatch) => Promise<Failure | null>
}

export function ModelsPage(props: ModelsPageProps) {
  const { bridge, host, isReadOnly } = props
  const heading = useRef<HTMLHeadingElement>(null)
  const [text, setText] = useState('')
  const { pulls, failure: pullFailure, add, act } = usePulls(bridge)
  const acts = useActs(props)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const isAway = host.status !== 'ready'
  const sought = text.trim().toLowerCase()
  const found = host.models.filter(({ name, family }) => `${name} ${family ?? ''}`.toLowerCase().includes(sought))
  const used = props.model === null ? undefined : findModel(host, props.model)?.name
  const stateOfServer = `${host.host} ${host.models.map(({ name, bytes }) => name + bytes).join(' ')}`

  return (
    <>
      <header className="bar">
        {props.barStart}
        <h1 ref={heading} tabIndex={-1}>
          {words.title}
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="models scroll" aria-label={words.region} tabIndex={0}>
        <div className="models-column">
          <Server {...props} />
          <p className="sr" role="status">
            {acts.said}
          </p>
          <GetModel
            bridge={bridge}
            stateOfServer={stateOfServer}
            isReadOnly={isReadOnly}
            isAway={isAway}
            failure={pullFailure}
            onGet={add}
          />
          {pulls !== null && pulls.length > 0 && (
            <section className="models-part" aria-labelledby="models-pulls">
              <h2 id="models-pulls">{words.pulls.title}</h2>
              <ul className="pulls">
                {pulls.map((pull) => (
                  <PullRow key={pull.id} pull={pull} act={act} isReadOnly={isReadOnly} />
                ))}
              </ul>
            </section>
          )}
          <section className="models-part" aria-labelledby="models-installed">
            <div className="models-title">
              <h2 id="models-installed">{words.installed.title}</h2>
              {host.models.length > 0 && (
                <div className="field field--quiet">
                  <input
                    type="search"
                    aria-label={words.installed.search}
                    placeholder={words.installed.search}
                    spellCheck={false}
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                  />
                </div>
              )}
            </div>
            {acts.failure && (
              <FailureLine
                sentence={acts.failure.message}
                detail={acts.failure.detail}
                detailLabel={windowWords.details}
                urgent
              />
            )}
            {host.models.length === 0 && host.status === 'ready' && (
              <div className="models-none">
                <p>{words.installed.none}</p>
                <p className="muted">{words.installed.noneHint}</p>
              </div>
            )}
            {host.models.length > 0 && found.length === 0 && (
              <div className="models-none" role="status">
                <p>{words.installed.nothingFound(text.trim())}</p>
                <button type="button" className="link" onClick={() => setText('')}>
                  {words.installed.clear}
                </button>
              </div>
            )}
            {found.length > 0 && (
              <ul className="installed" aria-label={words.installed.list}>
                {found.map((model) => (
                  <InstalledModel
                    key={model.name}
                    bridge={bridge}
                    model={model}
                    isUsed={model.name === used}
                    isAway={isAway}
                    isReadOnly={isReadOnly}
                    isBusy={acts.busy === model.name}
                    chosenWindow={props.windows[model.name] ?? null}
                    onWindow={(tokens) => props.update({ windows: withWindow(props.windows, model.name, tokens) })}
                    onUse={() => acts.use(model.name)}
                    onUnload={() => acts.unload(model.name)}
                    onRemove={() => acts.remove(model.name)}
                  />
                ))}
              </ul>
            )}
          </section>
        </div>
      </section>
    </>
  )
}

function withWindow(windows: Settings['windows'], model: string, tokens: number | null): Settings['windows'] {
  const { [model]: _, ...others } = windows
  return tokens === null ? others : { ...others, [model]: tokens }
}

function Server({ host, isLooking, onLook, onSettings }: ModelsPageProps) {
  if (host.status === 'unknown') {
    return (
      <p className="models-server" role="status">
        {words.asking}
      </p>
    )
  }
  if (host.status === 'ready') {
    const total = host.models.reduce((sum, { bytes }) => sum + bytes, 0)
    return (
      <p className="models-server">
        <span>{words.server(host.version ?? '?', shortAddress(host.host), host.models.length, total)}</span>{' '}
        <button type="button" className="link" onClick={onSettings}>
          {words.settings}
        </button>
      </p>
    )
  }
  const sentence = host.failure?.message ?? troubleSentence(host) ?? ''
  return (
    <FailureLine
      tone="wait"
      sentence={host.models.length > 0 ? `${sentence} ${words.mayBeOld}` : sentence}
      detail={host.failure?.detail}
      detailLabel={windowWords.details}
    >
      <button type="button" className="button" aria-disabled={isLooking} onClick={() => !isLooking && onLook()}>
        {words.look}
      </button>
      <button type="button" className="button button--plain" onClick={onSettings}>
        {words.settings}
      </button>
    </FailureLine>
  )
}

/** What is done with one of them: one at a time, with a word for those who listen. */
function useActs({ bridge, update }: Pick<ModelsPageProps, 'bridge' | 'update'>) {
  const [busy, setBusy] = useState<string | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState('')

  /** `work` answers what is to be said, or why it did not happen. */
  async function perform(model: string, work: () => Promise<string | Failure>): Promise<void> {
    setBusy(model)
    setFailure(null)
    const came = await work()
    setBusy(null)
    if (typeof came === 'string') setSaid(came)
    else setFailure(came)
  }

  return {
    busy,
    failure,
    said,
    use: (model: string) => void perform(model, async () => (await update({ model })) ?? words.installed.used(model)),
    unload: (model: string) =>
      void perform(model, async () => {
        const answer = await bridge.call('models.unload', { model })
        if (!answer.ok) return answer.failure
        const isStill = answer.value.models.some(({ name, loaded }) => name === model && loaded)
        return isStill ? words.installed.stillLoaded(model) : words.installed.unloaded(model)
      }),
    remove: (model: string) =>
      void perform(model, async () => {
        const answer = await bridge.call('window.removeModel', { model })
        if (!answer.ok) return answer.failure
        return answer.value.agreed ? words.installed.removed(model) : ''
      }),
  }
}
