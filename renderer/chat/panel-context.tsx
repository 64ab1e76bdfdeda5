// The window of the session's model: what stands in it, how it lies in the server's memory, and where the two disagree.
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { lastCount } from '../../shared/context-count.ts'
import type { ContextReport } from '../../shared/context-report.ts'
import type { Failure } from '../../shared/failure.ts'
import { contextWords as words } from '../../shared/messages/context.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ModelMemory } from '../../shared/model.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { messageMoment } from '../ui/moments.ts'
import type { Chat, ChatState } from './chat-store.ts'
import type { AnswerFacts } from './panel-answers.tsx'
import { isAtEnd } from './slices.ts'
import './panel-context.css'

export interface PanelContextProps {
  bridge: Bridge
  chat: Chat
  isReadOnly: boolean
  facts: AnswerFacts
}

export function PanelContext(props: PanelContextProps) {
  const { bridge, chat, facts } = props
  const state = useStore(chat.store)
  const [isWanted, setWanted] = useState(false)
  const waits = (state.session?.bytes ?? 0) > addedUpUnasked && !isWanted
  const { report, failure, again } = useReport(bridge, state, facts, waits)
  const mayTake = !props.isReadOnly && state.session?.state === 'ok' && !state.session.archived && !isRunning(state)
  return (
    <section aria-labelledby="panel-context">
      <h3 id="panel-context">{words.heading}</h3>
      {state.sessionId === null ? (
        <NotBegun bridge={bridge} facts={facts} />
      ) : waits ? (
        <Long state={state} onWanted={() => setWanted(true)} />
      ) : report === null ? (
        failure === null && <p className="note">{words.reading}</p>
      ) : (
        <>
          <Meter report={report} />
          <Kept {...props} report={report} mayTake={mayTake} sessionId={state.sessionId} again={again} />
          <ServerSays report={report} facts={facts} />
        </>
      )}
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} />}
    </section>
  )
}

/** All of a session is read for it; a longer one would be held up by that, bytes. */
const addedUpUnasked = 4_000_000

function Long({ state, onWanted }: { state: ChatState; onWanted: () => void }) {
  const { entries } = state
  const count = useMemo(() => lastCount(entries.flatMap(({ message }) => message ?? [])), [entries])
  return (
    <>
      {count !== null && isAtEnd(state) && <Sum used={count.used} window={count.window} />}
      <p className="note">{words.long}</p>
      <button type="button" className="link" onClick={onWanted}>
        {words.addUp}
      </button>
    </>
  )
}

function Sum({ used, window }: { used: number; window: number }) {
  return (
    <p className="context-sum">
      <b className="num">{words.count(used)}</b> {words.of(window)}
    </p>
  )
}

const isRunning = ({ live }: ChatState) => live !== null && live.end === null

function Meter({ report }: { report: ContextReport }) {
  const { parts, used, window, forAnswer, by, countedAt } = report
  const free = Math.max(0, window - used)
  const whole = Math.max(window, used)
  const rows = parts.map(({ part, tokens }) => ({ part, name: words.parts[part], tokens }))
  const moment = countedAt === null ? '' : messageMoment(countedAt, new Date())
  return (
    <>
      <Sum used={used} window={window} />
      {/* The list below says the same in words. */}
      <div className="context-bar" aria-hidden="true">
        {rows.map(({ part, tokens }) => (
          <span key={part} data-part={part} style={{ inlineSize: `${(tokens / whole) * 100}%` }} />
        ))}
      </div>
      <ul className="context-parts" aria-label={words.legend}>
        {[...rows, { part: 'free', name: words.free, tokens: free }].map(({ part, name, tokens }) => (
          <li key={part}>
            <i data-part={part} aria-hidden="true" />
            <span>{name}</span>
            <span className="num">{words.count(tokens)}</span>
          </li>
        ))}
      </ul>
      <p className="note">
        {words.by[by](moment)} {free > 0 && words.forAnswer(forAnswer)}
      </p>
    </>
  )
}

/** A session keeps its window; what new ones have is for the person to take. */
function Kept(
  props: PanelContextProps & { report: ContextReport; mayTake: boolean; sessionId: string; again: () => void },
) {
  const { bridge, chat, report, sessionId, again } = props
  const [failure, setFailure] = useState<Failure | null>(null)
  const { model, window, usualWindow, isKept } = report
  if (!isKept || window === usualWindow) return null
  const take = async () => {
    const answer = await bridge.call('sessions.takeWindow', { sessionId, model })
    setFailure(answer.ok ? null : answer.failure)
    if (!answer.ok) return
    chat.announce(words.taken(usualWindow))
    again()
  }
  return (
    <div className="panel-part">
      <p className="note">{words.keeps(window)}</p>
      {props.mayTake && (
        <button type="button" className="link" onClick={() => void take()}>
          {words.take(usualWindow)}
        </button>
      )}
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
    </div>
  )
}

/** Only what the server has said: nothing of a model of another program, and nothing while it is away. */
function ServerSays({ report, facts }: { report: ContextReport; facts: AnswerFacts }) {
  const { window, loadedWindow, reloads } = report
  const { installed } = facts
  const moment = (ts: string | null) => (ts === null ? '' : messageMoment(ts, new Date()))
  const now = installed?.memory?.contextTokens ?? null
  return (
    <div className="panel-part context-server">
      {installed?.loaded === false && <p className="note">{words.notLoaded}</p>}
      {installed?.loaded === true && (
        <p className="note">
          {now === null ? words.loadedUnknown : words.loaded(now)} {isWhole(installed.memory) && words.onCard}
        </p>
      )}
      {installed?.loaded === true && <Share memory={installed.memory} />}
      {loadedWindow !== null && loadedWindow < window ? (
        <p className="note note--wait">{words.smaller(window, loadedWindow)}</p>
      ) : (
        now !== null && now !== window && <p className="note">{words.other(window, now)}</p>
      )}
      {reloads.again > 0 && (
        <p className="note">
          {words.reloads(reloads.again, moment(reloads.since), moment(reloads.lastAt), reloads.lastMs)}
        </p>
      )}
    </div>
  )
}

const isWhole = (memory: ModelMemory | null) => memory !== null && memory.gpuBytes >= memory.bytes

function Share({ memory }: { memory: ModelMemory | null }) {
  if (memory === null || isWhole(memory)) return null
  const percent = Math.floor((memory.gpuBytes / memory.bytes) * 100)
  return percent === 0 ? (
    <p className="note">{words.onProcessor}</p>
  ) : (
    <p className="note note--wait">{words.partly(percent)}</p>
  )
}

function NotBegun({ bridge, facts }: { bridge: Bridge; facts: AnswerFacts }) {
  const [tokens, setTokens] = useState<number | null>(null)
  const { model, installed, chosenWindow } = facts
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was chosen for it changes the answer
  useEffect(() => {
    const leaving = new AbortController()
    if (installed === null) setTokens(null)
    else
      void bridge.call('models.window', { model }, leaving.signal).then((answer) => {
        if (!leaving.signal.aborted && answer.ok) setTokens(answer.value.tokens)
      })
    return () => leaving.abort()
  }, [bridge, model, installed?.digest, chosenWindow])
  return tokens === null ? <p className="note">{words.none}</p> : <p className="note">{words.notBegun(tokens)}</p>
}

/** Asked for when it is shown, and again when an answer was counted, a run ends, or something of the prompt is another. */
function useReport(bridge: Bridge, state: ChatState, { model, installed, chosenWindow }: AnswerFacts, waits: boolean) {
  const [report, setReport] = useState<ContextReport | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [tries, setTries] = useState(0)
  const { sessionId, session, entries, marks, answers, skills } = state
  const running = isRunning(state)
  const isThere = session !== null
  const lastChange = useMemo(
    () => entries.findLast(({ message, summary }) => summary || (message?.role === 'assistant' && message.usage))?.id,
    [entries],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them changes what stands in the window
  useEffect(() => {
    if (sessionId === null || !isThere || waits) return
    const leaving = new AbortController()
    void bridge.call('sessions.context', { sessionId, model }, leaving.signal).then((answer) => {
      if (leaving.signal.aborted) return
      setFailure(answer.ok ? null : answer.failure)
      if (answer.ok) setReport(answer.value)
    })
    return () => leaving.abort()
  }, [
    bridge,
    sessionId,
    isThere,
    model,
    installed?.digest,
    chosenWindow,
    lastChange,
    running,
    marks.hidden.size,
    answers,
    skills,
    waits,
    tries,
  ])
  // How it lies in memory is another after an answer, and the server is only looked at now and then.
  useEffect(() => {
    if (!running && lastChange !== undefined) void bridge.call('models.refresh', {})
  }, [bridge, running, lastChange])
  return { report, failure, again: () => setTries((before) => before + 1) }
}
