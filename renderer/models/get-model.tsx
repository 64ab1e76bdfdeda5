// The field a name is written in, and how much room there is for what it names.
import { type FormEvent, useEffect, useId, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { modelsPage } from '../../shared/messages/models-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ModelRoom } from '../../shared/model.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'

const words = modelsPage.get

export function GetModel(props: {
  bridge: Bridge
  /** Asked for anew whenever this changes: the server, or what it has. */
  stateOfServer: string
  isReadOnly: boolean
  isAway: boolean
  failure: Failure | null
  onGet: (model: string) => Promise<boolean>
}) {
  const { bridge, stateOfServer, isReadOnly, isAway, failure } = props
  const [name, setName] = useState('')
  const [isAsking, setAsking] = useState(false)
  const room = useRoom(bridge, stateOfServer)
  const ids = { field: useId(), hint: useId() }
  const isOff = isReadOnly || isAway || isAsking

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isOff || name.trim() === '') return
    setAsking(true)
    const isOnList = await props.onGet(name.trim())
    setAsking(false)
    if (isOnList) setName('')
  }

  return (
    <section className="models-part" aria-labelledby={`${ids.field}-title`}>
      <h2 id={`${ids.field}-title`}>{words.title}</h2>
      <form className="get-model" onSubmit={(event) => void submit(event)}>
        <div className={failure ? 'field field--fault' : 'field'}>
          <input
            id={ids.field}
            type="text"
            aria-label={words.label}
            aria-describedby={ids.hint}
            placeholder={words.placeholder}
            spellCheck={false}
            autoComplete="off"
            maxLength={400}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <button type="submit" className="button button--main" aria-disabled={isOff || name.trim() === ''}>
          {words.act}
        </button>
      </form>
      <p id={ids.hint} className="models-hint">
        {isReadOnly ? words.readOnly : `${roomWords(room)} ${words.none}`.trim()}
      </p>
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
    </section>
  )
}

function roomWords(room: ModelRoom | null): string {
  if (room === null) return ''
  if (!room.isThisMachine) return words.roomUnknown
  return room.freeBytes === null ? '' : words.room(room.freeBytes)
}

function useRoom(bridge: Bridge, stateOfServer: string): ModelRoom | null {
  const [room, setRoom] = useState<ModelRoom | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server has changes what is free
  useEffect(() => {
    const leaving = new AbortController()
    void bridge.call('models.room', {}, leaving.signal).then((answer) => {
      if (!leaving.signal.aborted) setRoom(answer.ok ? answer.value : null)
    })
    return () => leaving.abort()
  }, [bridge, stateOfServer])
  return room
}
