// Whether commands are jailed, guard by guard; and when they are off, exactly why and what helps.
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Guard, Seal } from '../../shared/seal.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { fullMoment, messageMoment } from '../ui/moments.ts'
import type { Chat } from './chat-store.ts'
import { useSeal } from './use-seal.ts'

const sealWords = panelWords.seal

export function PanelSeal(props: { bridge: Bridge; chat: Chat }) {
  const { seal, isTrying, failure, prove } = useSeal(props.bridge)
  const again = async () => {
    if (isTrying) return
    props.chat.announce(sealWords.trying)
    const tried = await prove()
    if (tried) props.chat.announce(sealWords.told(tried.state))
  }
  return (
    <section aria-busy={isTrying}>
      <h3>{sealWords.heading}</h3>
      {seal && <SealState seal={seal} isTrying={isTrying} />}
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />}
      {(seal || failure) && (
        <p className="note">
          {seal?.triedAt != null && !isTrying && (
            <time dateTime={seal.triedAt} title={fullMoment(seal.triedAt)}>
              {sealWords.triedAt(messageMoment(seal.triedAt, new Date()))}
            </time>
          )}{' '}
          {/* Keeps its place and the focus while it is busy. */}
          <button type="button" className="link" aria-disabled={isTrying} onClick={() => void again()}>
            {isTrying ? sealWords.trying : seal === null || seal.triedAt === null ? sealWords.now : sealWords.again}
          </button>
        </p>
      )}
    </section>
  )
}

function SealState(props: { seal: Seal; isTrying: boolean }) {
  const { seal } = props
  switch (seal.state) {
    case 'holds':
      return (
        <>
          <p className="seal">
            <Icon name="seal" />
            {seal.reason === null ? sealWords.holds(seal.guards.length) : sealWords.unverified}
          </p>
          {seal.reason !== null && <p className="note note--wait">{seal.reason}</p>}
          <Guards guards={seal.guards} />
        </>
      )
    case 'unproven':
      return (
        <>
          <p className="seal seal--open">
            <Icon name={props.isTrying ? 'running' : 'told'} turning={props.isTrying} />
            {sealWords.unproven}
          </p>
          <p className="note">{sealWords.unprovenNote}</p>
        </>
      )
    case 'off':
      return <Off seal={seal} />
    default:
      return seal.state satisfies never
  }
}

function Off({ seal }: { seal: Seal }) {
  // Where nothing could be tried, all of them say the same, which stands above already.
  const isTold = seal.guards.every(({ why }) => why === seal.reason)
  return (
    <>
      <p className="seal seal--open">
        <Icon name="barred" />
        {sealWords.off}
      </p>
      <p className="panel-words">{sealWords.reasonOf(seal)}</p>
      {!isTold && <Guards guards={seal.guards} />}
      {seal.fix !== null && (
        <div className="panel-part">
          <h4>{sealWords.fix}</h4>
          <p className="panel-words">{seal.fix}</p>
        </div>
      )}
      <p className="note">{sealWords.offRest}</p>
    </>
  )
}

function Guards(props: { guards: readonly Guard[] }) {
  return (
    <ul className="guards" aria-label={sealWords.guards}>
      {props.guards.map(({ name, holds, why }) => (
        <li key={name} className={holds ? undefined : 'open'}>
          <Icon name={holds ? 'check' : 'warn'} />
          <span>
            <span className="sr">{holds ? sealWords.mark.holds : sealWords.mark.open}</span>
            {sealWords.names[name]}
          </span>
          <b>{holds ? sealWords.values[name] : why}</b>
        </li>
      ))}
    </ul>
  )
}
