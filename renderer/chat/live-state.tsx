// What goes on before the first word: waiting for one's turn or for the server, or loading the model, with the seconds.
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/use-now.ts'

/** Shorter waits are not worth a word. Seconds. */
const patience = 1

export function LiveState(props: { run: RunState; behindTitle: string | null }) {
  const { phaseSince } = props.run
  const sentence = sentenceOf(props.run, props.behindTitle)
  const isSilent = sentence !== null
  const now = useNow(500, isSilent)
  if (!isSilent) return null
  const seconds = Math.max(0, Math.floor((now - Date.parse(phaseSince)) / 1_000))
  return (
    <p className="step live-state">
      <Icon name="running" turning />
      <span>
        {sentence}
        {seconds >= patience && <span className="num">{words.live.seconds(seconds)}</span>}
      </span>
    </p>
  )
}

/** null while there is something better to look at. */
function sentenceOf({ phase, model }: RunState, behindTitle: string | null): string | null {
  switch (phase) {
    case 'queued':
      return words.live.queued(model, behindTitle)
    case 'retrying':
      return words.live.retrying(model)
    case 'waiting':
      return words.live.waiting(model)
    case 'loading':
      return words.live.loading(model)
    case 'preparing':
      return words.live.preparing
    case 'calling':
      return words.live.calling
    case 'thinking':
    case 'writing':
    case 'ended':
      return null
    default:
      return phase satisfies never
  }
}
