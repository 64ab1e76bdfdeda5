// The page that stands in for an empty session while there is no server or no model: what is wrong, and the way on.
import { useEffect, useRef } from 'react'
import { defaultModel } from '../../shared/limits.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Icon, Sign } from '../ui/icon.tsx'
import { clockTime } from '../ui/moments.ts'
import { refusal, type ServerTrouble, serverTrouble, shortAddress } from './server-state.ts'
import './models.css'

export interface ServerPageProps {
  host: HostState
  isLooking: boolean
  onLook: () => void
  onOtherAddress: () => void
  onGoOn: () => void
}

export function ServerPage(props: ServerPageProps) {
  const { host } = props
  const trouble = serverTrouble(host)
  const look = useRef<HTMLButtonElement>(null)
  useEffect(() => look.current?.focus({ preventScroll: true }), [])
  if (trouble === 'fine') return null
  return (
    <div className="first">
      <div className="first-body">
        <Sign />
        <h1>{words.server.title[trouble]}</h1>
        <p className="say">
          <Explanation trouble={trouble} host={host} />
        </p>
        <Commands trouble={trouble} />
        <div className="acts">
          <button type="button" ref={look} className="button button--main" onClick={props.onLook}>
            {words.server.lookAgain}
          </button>
          <button type="button" className="button button--plain" onClick={props.onOtherAddress}>
            {words.server.otherAddress}
          </button>
          <button type="button" className="button button--plain" onClick={props.onGoOn}>
            {words.server.goOn}
          </button>
        </div>
        {/* Nobody is asked at an address that is none. */}
        {trouble !== 'bad-address' && <Watch host={host} isLooking={props.isLooking} trouble={trouble} />}
      </div>
      <ol className="steps" aria-label={words.server.steps}>
        <Step number={1} name={words.server.stepServer} state={trouble === 'no-models' ? 'done' : 'current'} />
        <Step number={2} name={words.server.stepModel} state={trouble === 'no-models' ? 'current' : 'later'} />
      </ol>
    </div>
  )
}

type Trouble = Exclude<ServerTrouble, 'fine'>

function Explanation(props: { trouble: Trouble; host: HostState }) {
  const { host, trouble } = props
  if (trouble === 'away' || trouble === 'no-models') {
    const [before, after] = trouble === 'away' ? words.server.awaySay : words.server.noModelsSay
    return (
      <>
        {before}
        <span className="path">{shortAddress(host.host)}</span>
        {after}
      </>
    )
  }
  return host.failure?.message ?? words.server.awayLine(shortAddress(host.host))
}

function Commands(props: { trouble: Trouble }) {
  if (props.trouble === 'away') {
    return (
      <dl className="told">
        <Command name={words.server.start} command={words.server.startCommand} />
        <Command name={words.server.install} command={words.server.installAddress} />
      </dl>
    )
  }
  if (props.trouble !== 'no-models') return null
  return (
    <dl className="told">
      <Command name={words.server.getModel} command={words.server.pullCommand(defaultModel)} />
    </dl>
  )
}

function Command(props: { name: string; command: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd className="copyable">
        <code>{props.command}</code>
        <CopyButton text={props.command} label={words.copyThis(props.command)} done={words.copied} large />
      </dd>
    </>
  )
}

function Watch(props: { host: HostState; isLooking: boolean; trouble: Trouble }) {
  const { host } = props
  const reason = props.trouble === 'no-models' ? null : refusal(host)
  const [before, after] = props.trouble === 'no-models' ? words.server.watchModels : words.server.watchServer
  return (
    <p className="watch">
      <Icon name="running" turning />
      <span>
        {before}
        {host.checkedAt !== null && (
          <>
            {after}
            <time dateTime={host.checkedAt}>{clockTime(host.checkedAt)}</time>
            {reason === null ? words.server.fullStop : words.server.because(reason)}
          </>
        )}
      </span>
    </p>
  )
}

function Step(props: { number: number; name: string; state: 'done' | 'current' | 'later' }) {
  return (
    <li className={props.state} {...(props.state === 'current' ? { 'aria-current': 'step' as const } : {})}>
      {props.state === 'done' ? <Icon name="check" small /> : <span className="num">{props.number}</span>}
      {props.name}
    </li>
  )
}
