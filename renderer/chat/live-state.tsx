// What goes on before the first word: waiting for the server, or loading the model, with the seconds it takes.
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/use-now.ts'

/** Shorter waits are not worth a word. Seconds. */
const patience = 1

export function LiveState(props: { run: RunState }) {
  const { phase, model, phaseSince } = props.run
  const isSilent = phase === 'waiting' || phase === 'loading'
  const now = useNow(500, isSilent)
  if (!isSilent) return null
  const seconds = Math.max(0, Math.floor((now - Date.parse(phaseSince)) / 1_000))
  const sentence = phase === 'loading' ? words.live.loading(model) : words.live.waiting(model)
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
