// What goes on while no word comes: waiting for one's turn or for the server, loading, a call being written, with the seconds.
import { elapsed } from '../../shared/messages/durations.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/use-now.ts'
import type { Live } from './chat-store.ts'

/** Shorter waits are not worth a word. Seconds. */
const patience = 1
/** Longer than a slow model takes for one token: then its silence is a question. Seconds. */
const silence = 3

export function LiveState(props: { run: RunState; behindTitle: string | null }) {
  const { phaseSince } = props.run
  const isSilent = sentenceOf(props.run, props.behindTitle, 0) !== null
  const now = useNow(500, isSilent)
  const seconds = secondsSince(Date.parse(phaseSince), now)
  const sentence = sentenceOf(props.run, props.behindTitle, seconds)
  if (sentence === null) return null
  return (
    <p className="step live-state">
      <Icon name="running" turning />
      <span>
        {sentence}
        {seconds >= patience && <span className="num">{words.live.elapsed(elapsed(seconds))}</span>}
      </span>
    </p>
  )
}

/** Below the words: a model that writes a call says nothing meanwhile, and neither does one that has got stuck. */
export function Silence(props: { live: Live }) {
  const { run, text } = props.live
  const mayCall = run.hasTools && (run.phase === 'writing' || run.phase === 'thinking')
  const now = useNow(500, mayCall)
  if (!mayCall) return null
  const seconds = secondsSince(Math.max(text.arrivedAt(), Date.parse(run.phaseSince)), now)
  if (seconds < silence) return null
  return (
    <p className="step live-state">
      <Icon name="running" turning />
      <span className="num">{words.live.silent(elapsed(seconds))}</span>
    </p>
  )
}

const secondsSince = (since: number, now: number) => Math.max(0, Math.floor((now - since) / 1_000))

/** null while there is something better to look at. */
function sentenceOf(
  { phase, model, calling, hasTools, purpose }: RunState,
  behindTitle: string | null,
  seconds: number,
): string | null {
  switch (phase) {
    case 'queued':
      return words.live.queued(model, behindTitle)
    case 'retrying':
      return words.live.retrying(model)
    case 'waiting':
      return hasTools && seconds >= silence ? words.live.waitingForCall(model) : words.live.waiting(model)
    case 'loading':
      return words.live.loading(model)
    case 'preparing':
      return words.live.preparing
    case 'summarising':
      return purpose === 'summary' ? words.live.summarisingAsked : words.live.summarising
    case 'calling':
      // The cards say more.
      return calling.length > 0 ? null : words.live.calling
    // The card asks.
    case 'asking':
    case 'thinking':
    case 'writing':
    case 'ended':
      return null
    default:
      return phase satisfies never
  }
}
