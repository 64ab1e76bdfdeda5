// What stands in for an empty session while something is missing for the first question: Ollama, a model, a word on where it works.

import type { Failure } from '../../shared/failure.ts'
import { firstRunWords as words } from '../../shared/messages/first-run.ts'
import type { HostState } from '../../shared/model.ts'
import type { SettingsPatch } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { Icon, Sign } from '../ui/icon.tsx'
import { FolderStep } from './folder-step.tsx'
import { ModelStep } from './model-step.tsx'
import { OllamaStep } from './ollama-step.tsx'
import './first-run.css'

export interface FirstRunProps {
  bridge: Bridge
  host: HostState
  /** What is wrong with the server; `fine` when it has a model. */
  trouble: 'fine' | 'away' | 'elsewhere' | 'denied' | 'not-ollama' | 'bad-address' | 'no-models'
  /** The address as people write it. */
  address: string
  /** In two or three words, why nobody answers; null when there are none. */
  reason: string | null
  platform: 'linux' | 'darwin' | 'win32'
  /** Nobody has been here before: the folder is asked about as well. */
  isWelcome: boolean
  /** The address in the settings. */
  savedHost: string | null
  isLooking: boolean
  onLook: () => void
  update: (patch: SettingsPatch) => Promise<Failure | null>
  /** Where a token can be entered. */
  onSettings: () => void
  /** On to the composer, without what is missing. */
  onGoOn: () => void
  /** A tour has begun in this session. */
  onTour: (sessionId: string) => void
  /** Where the first session works; null is nowhere. */
  onFolder: (folder: string | null) => void
}

export function FirstRun(props: FirstRunProps) {
  const { trouble, host } = props
  // Before the first answer nothing is known, and nobody is told that something is missing.
  const isKnown = host.status !== 'unknown'
  const step = trouble === 'no-models' ? 'model' : trouble === 'fine' && isKnown ? 'folder' : 'server'
  if (step === 'folder' && !props.isWelcome) return null
  const order = props.isWelcome ? steps : steps.slice(0, 2)
  const at = order.findIndex(({ id }) => id === step)
  return (
    <div className="first">
      <div className="first-body">
        <Sign />
        {step === 'server' && <OllamaStep {...props} />}
        {step === 'model' && <ModelStep {...props} />}
        {step === 'folder' && <FolderStep {...props} />}
      </div>
      <ol className="steps" aria-label={words.steps(order.length)}>
        {order.map(({ id, name }, place) => (
          <li
            key={id}
            className={place < at ? 'done' : place === at ? 'current' : 'later'}
            {...(place === at && { 'aria-current': 'step' as const })}
          >
            {place < at ? <Icon name="check" small /> : <span className="num">{place + 1}</span>}
            {name}
          </li>
        ))}
      </ol>
    </div>
  )
}

const steps = [
  { id: 'server', name: words.stepServer },
  { id: 'model', name: words.stepModel },
  { id: 'folder', name: words.stepFolder },
] as const
