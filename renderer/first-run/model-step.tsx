// Step two: a model that fits this machine is suggested and got, or another one.
import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import {
  fitsDisk,
  fitsMemory,
  gemmaVersion,
  type MachineRoom,
  type ModelSuggestion,
  offeredModels,
  suggestions,
} from '../../shared/first-model.ts'
import { firstRunWords } from '../../shared/messages/first-run.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ModelRoom } from '../../shared/model.ts'
import type { Pull } from '../../shared/pulls.ts'
import type { Bridge } from '../app/bridge.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { Aside, type StepProps } from './aside.tsx'
import type { FirstRunProps } from './first-run.tsx'
import { PullView } from './pull-view.tsx'
import { useStepFocus } from './step-focus.ts'
import { VersionNote } from './version-note.tsx'

const words = firstRunWords.model

export function ModelStep(props: FirstRunProps) {
  const { bridge, host } = props
  const room = useRoom(bridge, host.host)
  const pulls = usePulls(bridge)
  const [isChoosing, setChoosing] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const seen = useRef(new Set<string>())
  for (const { id, state } of pulls ?? []) if (state !== 'done') seen.current.add(id)
  // The one that was asked for last: it is what this person waits for, also in the moment before the server has it in its list.
  const pull = pulls?.findLast((one) => one.host === host.host && seen.current.has(one.id))
  if (room === undefined || pulls === undefined) return <p className="say" aria-busy="true" />

  const get = async (model: string) => {
    setFailure(null)
    const former = pull
    const answer = await bridge.call('pulls.add', { model })
    // The person's own no to a question is no failure.
    if (!answer.ok) return answer.failure.code === 'cancelled' ? undefined : setFailure(answer.failure)
    setChoosing(false)
    if (former && former.id !== answer.value.id && former.state !== 'done') {
      await bridge.call('pulls.cancel', { id: former.id })
    }
  }
  const shared = { ...props, failure, setFailure }
  if (pull && !isChoosing) {
    return <PullView {...shared} pull={pull} room={room} onOther={() => setChoosing(true)} />
  }
  return (
    <Choosing
      {...shared}
      room={room}
      pull={pull ?? null}
      onBack={() => setChoosing(false)}
      onGet={(model) => void get(model)}
    />
  )
}

/** undefined until it is known; then what could be found out. */
function useRoom(bridge: Bridge, host: string): ModelRoom | undefined {
  const [room, setRoom] = useState<ModelRoom>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another server has another disk
  useEffect(() => {
    const controller = new AbortController()
    void bridge.call('models.room', {}, controller.signal).then((answer) => {
      if (controller.signal.aborted) return
      setRoom(answer.ok ? answer.value : { isThisMachine: false, folder: null, freeBytes: null, memoryBytes: null })
    })
    return () => controller.abort()
  }, [bridge, host])
  return room
}

function usePulls(bridge: Bridge): readonly Pull[] | undefined {
  const [pulls, setPulls] = useState<readonly Pull[]>()
  useEffect(() => {
    let isHeard = false
    const stop = bridge.on('pulls.changed', (list) => {
      isHeard = true
      setPulls(list.pulls)
    })
    void bridge.call('pulls.list', {}).then((answer) => {
      if (!isHeard) setPulls(answer.ok ? answer.value.pulls : [])
    })
    return stop
  }, [bridge])
  return pulls
}

function Choosing(
  props: StepProps & {
    room: ModelRoom
    /** What is on its way already. */
    pull: Pull | null
    onBack: () => void
    onGet: (model: string) => void
  },
) {
  const { host, address, room, failure } = props
  const [name, setName] = useState('')
  const offered = offeredModels(room, gemmaVersion(host.version) !== 'too-old')
  const first = useStepFocus<HTMLButtonElement>()
  const has = words.machine(room.freeBytes, room.memoryBytes)
  return (
    <>
      <h1>{words.title}</h1>
      <p className="say">
        {words.say(address)[0]}
        <span className="path">{address}</span>
        {words.say(address)[2]} {has === '' ? words.otherMachine : words.machineHas(has)}
      </p>
      <ul className="choices">
        {offered.map((one, place) => (
          <li key={one.model} className="choice">
            <Icon name="chip" />
            <div>
              <b>{one.model}</b>{' '}
              <span className="tag">{place === 0 && one === suggestions[0] ? words.suggested : words.smaller}</span>
              <p>
                {words.about[one.model]} {words.needs(one)}
              </p>
              <Warnings of={one} room={room} />
            </div>
            <button
              type="button"
              {...(place === 0 && { ref: first })}
              className={place === 0 ? 'button button--main' : 'button'}
              aria-label={words.getOf(one.model)}
              onClick={() => props.onGet(one.model)}
            >
              {words.get}
            </button>
          </li>
        ))}
        <li className="choice">
          <Icon name="search" />
          <form
            className="by-name"
            onSubmit={(event) => {
              event.preventDefault()
              if (name.trim() !== '') props.onGet(name.trim())
            }}
          >
            <label htmlFor="model-name">{words.byName}</label>
            <div className="address-line">
              <div className="field">
                <input
                  id="model-name"
                  type="text"
                  dir="ltr"
                  spellCheck={false}
                  autoComplete="off"
                  placeholder={words.namePlaceholder}
                  maxLength={400}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              </div>
              <button type="submit" className="button" aria-disabled={name.trim() === ''}>
                {words.get}
              </button>
            </div>
          </form>
        </li>
      </ul>
      <VersionNote host={host} />
      {failure && (
        <FailureLine
          tone="wait"
          sentence={failure.message}
          detail={failure.detail}
          detailLabel={windowWords.details}
          urgent
        />
      )}
      <dl className="told">
        <dt>{words.terminal}</dt>
        <dd className="copyable">
          <code>{words.command(offered[0]?.model ?? '')}</code>
          <CopyButton
            text={words.command(offered[0]?.model ?? '')}
            label={windowWords.copyThis(words.command(offered[0]?.model ?? ''))}
            done={windowWords.copied}
            large
          />
        </dd>
      </dl>
      {props.pull && (
        <div className="acts">
          <button type="button" className="button" onClick={props.onBack}>
            {words.back(props.pull.model)}
          </button>
        </div>
      )}
      <Aside {...props} tour={firstRunWords.tour} />
      <p className="sr" role="status">
        {words.title}
      </p>
    </>
  )
}

function Warnings({ of, room }: { of: ModelSuggestion; room: MachineRoom }) {
  return (
    <>
      {!fitsDisk(of, room) && room.freeBytes !== null && <p className="warning">{words.noRoom(room.freeBytes)}</p>}
      {!fitsMemory(of, room) && room.memoryBytes !== null && (
        <p className="warning">{words.tightMemory(room.memoryBytes)}</p>
      )}
    </>
  )
}
