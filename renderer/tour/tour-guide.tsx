// Above the composer of a tour: which step is next, what it shows, and the button that does it.
import { type ReactNode, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { RunChanges } from '../../shared/changes.ts'
import type { Failure } from '../../shared/failure.ts'
import { tourQuestions } from '../../shared/messages/tour-script.ts'
import { tourWords as words } from '../../shared/messages/tour-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { type TourStep, tourModel, tourSteps } from '../../shared/tour-names.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import './tour.css'

/** What of a session the guide looks at, and does there. */
export interface TouredChat {
  store: StoreApi<{
    entries: readonly { message: MessageRecord | null }[]
    live: { run: { approval: unknown }; end: unknown } | null
    isSending: boolean
    sendFailure: Failure | null
  }>
  changes: { store: StoreApi<{ runs: readonly RunChanges[] }> }
  send(text: string, model: string | null): Promise<boolean>
  announce(sentence: string): void
}

/** What the log does not tell: steps that were passed over, and those that are done elsewhere in the window. By session. */
const passed = createStore<Readonly<Record<string, readonly TourStep[]>>>(() => ({}))

function pass(sessionId: string, step: TourStep): void {
  passed.setState((before) => ({ [sessionId]: [...(before[sessionId] ?? []), step] }))
}

const stepOf = (question: string) =>
  tourSteps.find((step) => step !== 'undo' && step !== 'search' && tourQuestions[step] === question)

interface GuideProps {
  bridge: Bridge
  chat: TouredChat
  sessionId: string
  onSearch: (text: string) => void
  /** Another tour has begun. */
  onBegun: (sessionId: string) => void
  /** The folder is gone; the person goes on elsewhere. */
  onEnded: () => void
}

export function TourGuide(props: GuideProps) {
  const { bridge, sessionId } = props
  const current = useCurrentTour(bridge)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (current === undefined) return null
  const begin = async () => {
    const answer = await bridge.call('tour.begin', {})
    if (answer.ok) props.onBegun(answer.value.sessionId)
    else setFailure(answer.failure)
  }
  const end = async () => {
    const answer = await bridge.call('tour.end', {})
    if (!answer.ok) return setFailure(answer.failure)
    props.chat.announce(words.ended)
    props.onEnded()
  }
  if (current === sessionId)
    return <Steps {...props} onEnd={() => void end()} failure={failure} setFailure={setFailure} />
  return (
    <Card title={words.over} text={words.overText} failure={failure}>
      <button type="button" className="button" onClick={() => void begin()}>
        {words.again}
      </button>
    </Card>
  )
}

/** undefined until it is known. */
function useCurrentTour(bridge: Bridge): string | null | undefined {
  const [current, setCurrent] = useState<string | null>()
  useEffect(() => {
    let isHeard = false
    const stop = bridge.on('tour.changed', (tour) => {
      isHeard = true
      setCurrent(tour.sessionId)
    })
    void bridge.call('tour.state', {}).then((answer) => {
      if (!isHeard) setCurrent(answer.ok ? answer.value.sessionId : null)
    })
    return stop
  }, [bridge])
  return current
}

function Steps(
  props: GuideProps & { onEnd: () => void; failure: Failure | null; setFailure: (failure: Failure | null) => void },
) {
  const { bridge, chat, sessionId } = props
  const { entries, live, isSending, sendFailure } = useStore(chat.store)
  const isUndone = useStore(chat.changes.store, ({ runs }) => runs.some(({ state }) => state === 'undone'))
  const skipped = useStore(passed, (all) => all[sessionId])
  const asked = entries.flatMap(({ message }) => (message?.role === 'user' ? [stepOf(message.content)] : []))
  const isBusy = isSending || (live !== null && live.end === null)
  const isDone = (step: TourStep) =>
    asked.includes(step) || (step === 'undo' && isUndone) || skipped?.includes(step) === true
  const next = tourSteps.find((step) => !isDone(step))
  // While its answer is being written a step is not over.
  const shown = (isBusy ? asked.findLast((step) => step !== undefined) : undefined) ?? next

  const undo = async () => {
    const answer = await bridge.call('changes.undo', { sessionId, runId: null })
    if (!answer.ok) return props.setFailure(answer.failure)
    chat.announce(words.undone)
  }
  const act = (step: TourStep) => {
    if (isBusy) return
    props.setFailure(null)
    if (step === 'undo') void undo()
    else if (step === 'search') {
      pass(sessionId, step)
      props.onSearch(words.searched)
    } else void chat.send(tourQuestions[step], tourModel)
  }

  const end = (
    <button type="button" className="button button--plain tour-end" onClick={props.onEnd}>
      {words.end}
    </button>
  )
  const failure = props.failure ?? sendFailure
  if (shown === undefined) {
    return (
      <Card title={words.done} text={words.doneText} failure={failure}>
        <button type="button" className="button button--main" onClick={props.onEnd}>
          {words.end}
        </button>
      </Card>
    )
  }
  const { title, text, act: label } = words.steps[shown]
  const place = words.place(tourSteps.indexOf(shown) + 1, tourSteps.length)
  // What is asked needs the room, and is answered first.
  if (isBusy && live !== null && live.run.approval !== null) {
    return <Card title={title} place={place} text={words.asking} failure={failure} />
  }
  return (
    <Card title={title} place={place} text={isBusy ? words.writing : text} isTurning={isBusy} failure={failure}>
      <button
        type="button"
        className={isBusy ? 'button' : 'button button--main'}
        aria-disabled={isBusy}
        onClick={() => act(shown)}
      >
        {label}
      </button>
      {!isBusy && (
        <button
          type="button"
          className="button button--plain"
          aria-label={words.skipOf(title)}
          onClick={() => pass(sessionId, shown)}
        >
          {words.skip}
        </button>
      )}
      {end}
    </Card>
  )
}

function Card(props: {
  title: string
  place?: string
  text: string
  isTurning?: boolean
  failure: Failure | null
  children?: ReactNode
}) {
  const { failure } = props
  return (
    <section className="tour" aria-label={words.label}>
      <div className="tour-head">
        <Icon name={props.isTurning === true ? 'running' : 'book'} turning={props.isTurning === true} />
        <h2>{props.title}</h2>
        {props.place !== undefined && <span className="tour-place">{props.place}</span>}
      </div>
      <p>{props.text}</p>
      {failure && (
        <FailureLine
          tone="wait"
          sentence={failure.message}
          detail={failure.detail}
          detailLabel={windowWords.details}
          urgent
        />
      )}
      {props.children !== undefined && <div className="tour-acts">{props.children}</div>}
    </section>
  )
}

/** In the place of the model picker. */
export function ScriptChip() {
  return (
    <span className="chip chip--plain script-chip" title={words.chipSays}>
      <Icon name="book" small />
      <b>{words.chip}</b>
    </span>
  )
}
