// The seal, guard by guard and as it was tried last, and the folders beside their own that commands can read.
import { useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { safety } from '../../shared/messages/safety.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Guard, Seal } from '../../shared/seal.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import { Section, Setting } from './setting.tsx'
import { VisibleFolders } from './visible-folders.tsx'
import './safety.css'

const words = safety.sandbox

export function SandboxSection(props: { bridge: Bridge; chosen: Settings['visibleFolders'] }) {
  const { bridge } = props
  const { seal, isTrying, failure, tryAgain } = useSeal(bridge)
  return (
    <Section name={words.title}>
      <Setting
        name={words.seal}
        note={words.sealNote}
        control={() => (
          <>
            <div className="status-line">
              {/* Said when it is tried again, to those who listen. */}
              <div role="status">{seal && <SealSentence seal={seal} isTrying={isTrying} />}</div>
              <button type="button" className="button" aria-busy={isTrying} onClick={tryAgain}>
                {words.tryAgain}
              </button>
            </div>
            {seal?.triedAt && (
              <p className="setting-note" title={fullMoment(seal.triedAt)}>
                {words.tried(messageMoment(seal.triedAt, new Date()), seal.jail && words.jails[seal.jail])}
              </p>
            )}
          </>
        )}
      />
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
      {seal && seal.state === 'off' && seal.fix !== null && (
        <div className="seal-fix">
          <h3>{words.fix}</h3>
          <p>{seal.fix}</p>
        </div>
      )}
      {seal && seal.state !== 'unproven' && (
        <ul className="guards" aria-label={words.guards}>
          {seal.guards.map((guard) => (
            <GuardRow key={guard.name} guard={guard} reason={seal.reason} />
          ))}
        </ul>
      )}
      <VisibleFolders bridge={bridge} chosen={props.chosen} />
    </Section>
  )
}

function useSeal(bridge: Bridge) {
  const [seal, setSeal] = useState<Seal | null>(null)
  const [isTrying, setTrying] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    let isHeard = false
    const stop = bridge.on('seal.changed', (changed) => {
      isHeard = true
      setSeal(changed)
    })
    // The first to ask has the guards tried: what comes of it is pushed.
    void bridge.call('sandbox.seal', {}).then((answer) => {
      if (answer.ok && !isHeard) setSeal(answer.value)
      if (!answer.ok) setFailure(answer.failure)
    })
    return stop
  }, [bridge])
  const tryAgain = async () => {
    if (isTrying) return
    setTrying(true)
    const answer = await bridge.call('sandbox.prove', {})
    setTrying(false)
    setFailure(answer.ok ? null : answer.failure)
    if (answer.ok) setSeal(answer.value)
  }
  return { seal, isTrying: isTrying || seal?.state === 'unproven', failure, tryAgain: () => void tryAgain() }
}

function SealSentence({ seal, isTrying }: { seal: Seal; isTrying: boolean }) {
  if (isTrying) {
    return (
      <p className="status-words">
        <Icon name="running" turning />
        {words.trying}
      </p>
    )
  }
  if (seal.state === 'holds') {
    return (
      <>
        <p className="status-words">
          <Icon name="check" className="good" />
          {words.holds(seal.guards.length)}
        </p>
        {/* What a person should know of this jail although it holds. */}
        {seal.reason !== null && <p className="setting-note">{seal.reason}</p>}
      </>
    )
  }
  return (
    <p className="status-words">
      <Icon name="warn" className="bad" />
      {seal.reason ?? words.unproven}
    </p>
  )
}

function GuardRow({ guard: { name, holds, why }, reason }: { guard: Guard; reason: string | null }) {
  // What is said of all of them already is not said six times.
  const said = holds ? words.held[name] : why === reason ? words.unknown : (why ?? words.unknown)
  return (
    <li>
      <Icon name={holds ? 'check' : 'warn'} className={holds ? 'good' : 'bad'} />
      <b>
        {words.names[name]}
        <span className="sr">{holds ? words.holdsToo : words.doesNotHold}</span>
      </b>
      <span>{said}</span>
    </li>
  )
}
