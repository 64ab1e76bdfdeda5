// Under an answer that changed files: one quiet line that says how many, takes it back, and opens to every file.
import { useId, useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { ChangedFile, RunChanges } from '../../shared/changes.ts'
import { window as words } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import { isBusy, useActing } from './acting.ts'
import { FileDiff } from './file-diff.tsx'
import './calls.css'
import './run-changes.css'

export function TurnChanges(props: { entryId: string }) {
  const { changes } = useActing().chat
  const runs = useStore(
    changes.store,
    useShallow((state) => state.runs.filter(({ entryId }) => entryId === props.entryId)),
  )
  return runs.map((run) => <RunLine key={run.runId} run={run} />)
}

function RunLine(props: { run: RunChanges }) {
  const { run } = props
  const { files, limits } = run
  const [isOpen, setOpen] = useState(false)
  const contentId = useId()
  const isUndone = run.state === 'undone'
  const counts = words.changes.counts(sum(files, 'added'), sum(files, 'removed'))
  return (
    <div className="run-changes" data-state={run.state}>
      <div className="changes-line">
        <button
          type="button"
          className={isOpen ? 'step step--open' : 'step'}
          aria-expanded={isOpen}
          aria-controls={contentId}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="write" />
          <span>{isUndone ? words.changes.undoneLine(files.length) : words.changes.line(files.length)}</span>
          <span className="sums">
            <span className="added">{counts.added}</span> <span className="removed">{counts.removed}</span>
          </span>
          {limits.length > 0 && <span className="partly">{words.changes.partly}</span>}
          <Icon name={isOpen ? 'down' : 'right'} small className="fold" />
        </button>
        <Turn run={run} />
      </div>
      <Refused runId={run.runId} />
      <section id={contentId} className="changed-files" aria-label={words.changes.list} hidden={!isOpen}>
        {isOpen && <Opened run={run} />}
      </section>
    </div>
  )
}

/** Undo, or redo. Still reached by the keyboard when it cannot be done now, so that one hears why not. */
function Turn(props: { run: RunChanges }) {
  const { run } = props
  const { chat, may } = useActing()
  const isRunning = useStore(chat.store, isBusy)
  const isGoing = useStore(chat.changes.store, ({ going }) => going === run.runId)
  if (may !== 'all' || run.files.length === 0) return null
  const isDone = run.state === 'done'
  const notNow = isRunning ? words.said.notNow : isGoing ? words.changes.going : undefined
  const label = isDone ? words.changes.undoOf(run.files.length) : words.changes.redoOf(run.files.length)
  return (
    <button
      type="button"
      className="link-quiet turn-back"
      aria-label={label}
      aria-disabled={notNow !== undefined}
      aria-description={notNow}
      title={notNow}
      onClick={() => notNow === undefined && void chat.changes.turn(run)}
    >
      {isDone ? words.changes.undo : words.changes.redo}
    </button>
  )
}

function Refused(props: { runId: string }) {
  const { changes } = useActing().chat
  const failure = useStore(changes.store, (state) =>
    state.failure?.runId === props.runId ? state.failure.failure : null,
  )
  if (!failure) return null
  return (
    <FailureLine tone="wait" sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent>
      <button type="button" className="link" onClick={changes.dismiss}>
        {words.changes.close}
      </button>
    </FailureLine>
  )
}

function Opened(props: { run: RunChanges }) {
  const { files, limits } = props.run
  return (
    <>
      {inOrder(files, (file, place) => (
        <FileDiff key={place} file={{ path: file.path, diff: file.diff }} said={words.changes.actions[file.action]} />
      ))}
      {limits.length > 0 && (
        <ul className="change-limits" aria-label={words.changes.limits}>
          {inOrder(limits, (sentence, place) => (
            <li key={place} dir="auto">
              {sentence}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function sum(files: readonly ChangedFile[], what: 'added' | 'removed'): number {
  return files.reduce((all, file) => all + (file[what] ?? 0), 0)
}
