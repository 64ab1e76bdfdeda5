// What an answer called: one line each, which opens to all of it. Loaded with the first session that has such.
import { memo, useId, useLayoutEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type CallFacts, type CallState, callFacts, objectOf } from '../../shared/call-facts.ts'
import { textOfArguments } from '../../shared/entry-texts.ts'
import { foldText } from '../../shared/fold-text.ts'
import { callWords } from '../../shared/messages/calls.ts'
import { elapsed, took } from '../../shared/messages/durations.ts'
import type { RunState } from '../../shared/run.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { callsOf, type RecordedCall } from '../../shared/session-tree.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import { useNow } from '../ui/use-now.ts'
import { useActing } from './acting.ts'
import type { Said } from './entries.ts'
import { lastLineOf } from './live-output.ts'
import { OpenedCall } from './opened-call.tsx'
import { useLiveOutput } from './use-live-output.ts'
import './calls.css'

export function Calls(props: {
  said: Said
  /** The run whose calls these are, as long as it goes on. */
  run: RunState | null
  isFolded: boolean
  onOpened: () => void
}) {
  const { said, run } = props
  const calls = useMemo(() => callsOf(said.record), [said.record])
  return (
    <ul
      className={said.isHidden ? 'work dimmed' : 'work'}
      data-entry={said.record.id}
      data-part="arguments"
      aria-label={callWords.list}
      hidden={props.isFolded}
    >
      {calls.map((call) => {
        const calling = run?.calling.find(({ callId }) => callId === call.id)
        return (
          <CallCard
            key={call.id}
            call={call}
            entryId={said.record.id}
            result={said.results.find((result) => result['callId'] === call.id) ?? null}
            since={calling?.since ?? null}
            ms={calling?.ms ?? null}
            isError={calling?.isError === true}
            failure={calling?.failure ?? null}
            isLive={run !== null}
            hasStarted={said.started.includes(call.id)}
            onOpened={props.onOpened}
          />
        )
      })}
    </ul>
  )
}

interface CardProps {
  call: RecordedCall
  /** Of the answer that called. */
  entryId: string
  result: MessageRecord | null
  /** When it began, while its result is not there; `ms` is how long it took then. */
  since: string | null
  ms: number | null
  isError: boolean
  failure: CallFacts['failure']
  isLive: boolean
  hasStarted: boolean
  onOpened: () => void
}

const CallCard = memo(
  function CallCard({ call, entryId, result, since, ms, isError, failure, isLive, hasStarted, onOpened }: CardProps) {
    const [isOpen, setOpen] = useState(false)
    const isWanted = useIsWanted(call, entryId, result)
    useLayoutEffect(() => {
      if (isWanted) setOpen(true)
    }, [isWanted])
    const contentId = useId()
    const facts = useMemo(
      () => callFacts(result, { calling: since === null ? null : { ms, isError, failure }, isLive, hasStarted }),
      [result, since, ms, isError, failure, isLive, hasStarted],
    )
    const toggle = () => {
      if (!isOpen) onOpened()
      setOpen(!isOpen)
    }
    return (
      <li data-entry={result?.id} data-part="output">
        <button
          type="button"
          className={isOpen ? 'step call step--open' : 'step call'}
          aria-expanded={isOpen}
          aria-controls={contentId}
          data-state={hasFailed(facts) ? 'failed' : facts.state}
          onClick={toggle}
        >
          <Icon name={iconOf(call.name, facts.state)} turning={facts.state === 'running'} />
          <span className="verb">{callWords.verb(call.name, facts)}</span>
          <CallObject call={call} />
          <Icon name={isOpen ? 'down' : 'right'} small className="fold" />
          <span className="came">
            {facts.state === 'running' ? <LastLine callId={call.id} /> : <Outcome call={call} facts={facts} />}
            <span className="took num">
              {facts.state === 'running' && since !== null ? <Elapsed since={since} /> : null}
              {facts.ms !== null && took(facts.ms)}
            </span>
          </span>
        </button>
        <div id={contentId} className="opened-call" hidden={!isOpen}>
          {isOpen && <OpenedCall call={call} result={result} facts={facts} />}
        </div>
      </li>
    )
  },
  (one, other) =>
    one.call === other.call &&
    one.result === other.result &&
    one.since === other.since &&
    one.ms === other.ms &&
    one.isError === other.isError &&
    one.failure?.code === other.failure?.code &&
    one.failure?.reason === other.failure?.reason &&
    one.isLive === other.isLive &&
    one.hasStarted === other.hasStarted,
)

/** Whether words in what it answered, or in what it was given, are looked for. */
function useIsWanted(call: RecordedCall, entryId: string, result: MessageRecord | null): boolean {
  return useStore(useActing().chat.store, ({ target }) => {
    if (target === null) return false
    if (target.entryId === result?.id) return true
    return target.entryId === entryId && target.field === 'arguments' && isIn(call, target.terms)
  })
}

function isIn(call: RecordedCall, terms: readonly string[]): boolean {
  const given = foldText(textOfArguments(call.arguments))
  return terms.some((term) => given.includes(foldText(term)))
}

/** The end of a path says most: it is the last to go when there is no room. */
function CallObject(props: { call: RecordedCall }) {
  const { text, isPath, isCommand, within } = objectOf(props.call)
  if (isCommand) {
    return (
      <span className="object path">
        <span className="cut command">
          <ExactText text={text} line />
        </span>
      </span>
    )
  }
  if (!isPath) {
    const isKnown = text !== props.call.name
    return (
      <span className="object">
        <span className="cut">
          {text === '' ? callWords.noName : <ExactText text={isKnown ? callWords.query(text) : text} line />}
          {within !== null && <ExactText text={callWords.inPath(within)} line />}
        </span>
      </span>
    )
  }
  const slash = text.lastIndexOf('/', text.length - 2) + 1
  return (
    <span className="object path">
      {slash > 0 && (
        <span className="cut">
          {inOrder(text.slice(0, slash).split(/(?<=\/)/), (folder, place) => (
            // Each by itself: folders in a script from right to left would change places.
            <bdi key={place} dir="ltr">
              <ExactText text={folder} line />
            </bdi>
          ))}
        </span>
      )}
      <span className="cut tail">
        <ExactText text={text.slice(slash)} line />
      </span>
    </span>
  )
}

function Outcome(props: { call: RecordedCall; facts: CallFacts }) {
  const { call, facts } = props
  const files = facts.state === 'done' ? (facts.detail?.files ?? []) : []
  if (files.length === 0) return <span className="outcome">{callWords.outcome(call.name, facts)}</span>
  return (
    <span className="outcome num">
      <span className="added">{callWords.added(files)}</span>{' '}
      <span className="removed">{callWords.removed(files)}</span>
    </span>
  )
}

/** A command that has ended badly is a call that was done all the same. */
function hasFailed({ state, detail }: CallFacts): boolean {
  const command = detail?.command
  return state === 'done' && command !== undefined && command.why !== 'background' && command.exit !== 0
}

/** So that one sees what a command is about. */
function LastLine(props: { callId: string }) {
  const line = lastLineOf(useLiveOutput(props.callId))
  if (line === '') return null
  return (
    <span className="outcome last-line" dir="auto">
      <ExactText text={line} line />
    </span>
  )
}

/** Of its own, so that a second that passes draws nothing else. */
function Elapsed(props: { since: string }) {
  const now = useNow(1_000)
  return elapsed(Math.max(0, Math.floor((now - Date.parse(props.since)) / 1_000)))
}

const iconsOfTools: Readonly<Record<string, IconName>> = {
  read_file: 'lines',
  write_file: 'write',
  edit_file: 'pencil',
  search_files: 'search',
  search_sessions: 'search',
  run_command: 'prompt',
  use_skill: 'book',
  check_command: 'prompt',
}

function iconOf(name: string, state: CallState): IconName {
  switch (state) {
    case 'running':
      return 'running'
    case 'waiting':
      return 'waiting'
    case 'failed':
    case 'unknown':
      return 'warn'
    case 'refused':
    case 'not-run':
      return 'barred'
    case 'stopped':
      return 'stop'
    case 'done':
      return Object.hasOwn(iconsOfTools, name) ? (iconsOfTools[name] ?? 'tool') : 'tool'
    default:
      return state satisfies never
  }
}
