// One calm line about the server, above the composer of a session that is already there.
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { troubleSentence } from './server-state.ts'
import './models.css'

export function ServerLine(props: { host: HostState; isLooking: boolean; onLook: () => void }) {
  const sentence = troubleSentence(props.host)
  if (sentence === null) return null
  return (
    <div className="dock-line">
      <FailureLine tone="wait" sentence={sentence} detail={props.host.failure?.detail} detailLabel={words.details}>
        <button type="button" className="link" aria-busy={props.isLooking} onClick={props.onLook}>
          {words.server.lookAgain}
        </button>
      </FailureLine>
    </div>
  )
}
