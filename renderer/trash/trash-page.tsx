// The trash: what was deleted, putting it back, and emptying, which only a native question can allow.
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Failure } from '../../shared/failure.ts'
import type { TrashedSession } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { TrashedSkill } from '../../shared/skills.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { bytes, fullMoment, messageMoment, wholeNumber } from '../ui/moments.ts'
import { useToast } from '../ui/toasts.tsx'
import type { Trash } from './trash-store.ts'
import { TrashedSkills } from './trashed-skills.tsx'
import './trash.css'

export interface TrashPageProps {
  trash: Trash
  barStart: ReactNode
  /** Nothing can be restored or emptied; the reason stands at the top of the window. */
  isReadOnly: boolean
  onOpen: (sessionId: string) => void
}

/** Of one deletion: a session may have been deleted more than once. */
const keyOf = ({ id, deletedAt }: TrashedSession) => `${deletedAt} ${id}`

export function TrashPage(props: TrashPageProps) {
  const { trash, isReadOnly } = props
  const { trashed, skills, isLoaded, failure } = useStore(trash.store)
  const isEmpty = trashed.length === 0 && (skills ?? []).length === 0
  const heading = useRef<HTMLHeadingElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const showToast = useToast()
  const [refused, setRefused] = useState<{ key: string; failure: Failure } | null>(null)
  const focusHeading = () => heading.current?.focus({ preventScroll: true })
  const emptying = useEmptying(trash, focusHeading)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    void trash.loadAll()
  }, [trash])

  const restore = async (one: TrashedSession) => {
    const buttons = restoreButtons(list.current)
    const at = buttons.findIndex((button) => button.dataset['restore'] === keyOf(one))
    const answer = await trash.restore(one.id)
    if (!answer.ok) {
      setRefused({ key: keyOf(one), failure: answer.failure })
      return
    }
    setRefused(null)
    const open = { label: words.trash.open, run: () => props.onOpen(one.id) }
    showToast({ text: words.trash.restored(one.title || words.untitled), icon: 'archive', act: open })
    // The row has gone, and the focus with it.
    setTimeout(() => {
      if (document.activeElement !== document.body) return
      const left = restoreButtons(list.current)
      const next = left[at] ?? left.at(-1) ?? heading.current
      next?.focus()
    })
  }

  const ids = new Set<string>()
  const rows = trashed.map((one) => {
    const isLatest = !ids.has(one.id)
    ids.add(one.id)
    return { one, isLatest }
  })
  return (
    <>
      <header className="bar">
        {props.barStart}
        <h1 ref={heading} tabIndex={-1}>
          {words.trash.title}
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="trash scroll" aria-label={words.trash.title} aria-busy={!isLoaded} tabIndex={0}>
        <div className="trash-column">
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent>
              <button type="button" className="button" onClick={() => void trash.loadAll()}>
                {words.tryAgain}
              </button>
            </FailureLine>
          )}
          {emptying.failures.map((one) => (
            <FailureLine
              key={one.message}
              sentence={one.message}
              detail={one.detail}
              detailLabel={words.details}
              urgent
            />
          ))}
          {isLoaded && skills !== null && isEmpty && <EmptyTrash />}
          {!isEmpty && (
            <>
              <div className="trash-head">
                <p>
                  {sumOf(trashed, skills ?? [])}
                  <span className="trash-note">{isReadOnly ? words.trash.readOnly : words.trash.keeps}</span>
                </p>
                {!isReadOnly && (
                  <button
                    type="button"
                    className="button trash-empty"
                    aria-disabled={emptying.isAsking}
                    onClick={emptying.ask}
                  >
                    {words.trash.empty}
                  </button>
                )}
              </div>
              {skills !== null && skills.length > 0 && (
                <TrashedSkills trash={trash} skills={skills} isReadOnly={isReadOnly} onGone={focusHeading} />
              )}
              <ul ref={list} className="trashed" aria-label={words.trash.list}>
                {rows.map(({ one, isLatest }) => (
                  <TrashedRow
                    key={keyOf(one)}
                    one={one}
                    isLatest={isLatest}
                    failure={refused?.key === keyOf(one) ? refused.failure : null}
                    onRestore={isReadOnly ? null : () => void restore(one)}
                  />
                ))}
              </ul>
            </>
          )}
        </div>
      </section>
    </>
  )
}

function TrashedRow(props: {
  one: TrashedSession
  /** Restoring takes the latest deletion of a session. */
  isLatest: boolean
  failure: Failure | null
  onRestore: (() => void) | null
}) {
  const { one, isLatest, failure, onRestore } = props
  const title = one.title || words.untitled
  return (
    <li className="trashed-row">
      <span className="trashed-name">
        <b className="cut" dir="auto" title={title}>
          {title}
        </b>
        <span className="trashed-facts">
          <time dateTime={one.deletedAt} title={fullMoment(one.deletedAt)}>
            {words.trash.deleted(messageMoment(one.deletedAt, new Date()))}
          </time>
          {words.between}
          {bytes(one.bytes)}
        </span>
        {!isLatest && <span className="trashed-facts">{words.trash.older}</span>}
      </span>
      {isLatest && onRestore && (
        <button
          type="button"
          className="button"
          data-restore={keyOf(one)}
          aria-label={words.trash.restoreOf(title)}
          onClick={onRestore}
        >
          {words.trash.restore}
        </button>
      )}
      {failure && (
        <div className="trashed-failure">
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />
        </div>
      )}
    </li>
  )
}

function EmptyTrash() {
  return (
    <div className="trash-none">
      <Icon name="trash" />
      <p>{words.trash.none}</p>
      <p className="muted">{words.trash.keeps}</p>
    </div>
  )
}

/** Asks once at a time, and says what came of it. */
function useEmptying(trash: Trash, onEmptied: () => void) {
  const showToast = useToast()
  const [isAsking, setAsking] = useState(false)
  const [failures, setFailures] = useState<readonly Failure[]>([])
  const ask = async () => {
    if (isAsking) return
    setAsking(true)
    const skills = trash.store.getState().skills?.length ?? 0
    const answer = await trash.empty()
    setAsking(false)
    setFailures(answer.ok ? summed(answer.value.failed) : [answer.failure])
    if (!answer.ok || !answer.value.agreed) return
    if (answer.value.failed.length === 0) {
      showToast({ text: words.trash.emptied(answer.value.done.length, skills), icon: 'trash' })
      setTimeout(onEmptied)
    }
  }
  return { isAsking, failures, ask: () => void ask() }
}

/** One line for a cause, however many it kept. */
function summed(failed: readonly { failure: Failure }[]): Failure[] {
  const [first] = failed
  if (!first) return []
  return [{ ...first.failure, message: `${words.trash.left(failed.length)} ${first.failure.message}` }]
}

function sumOf(trashed: readonly TrashedSession[], skills: readonly TrashedSkill[]): string {
  const size = bytes([...trashed, ...skills].reduce((sum, one) => sum + one.bytes, 0))
  return words.trash.sum(trashed.length, wholeNumber(trashed.length), size, skills.length)
}

function restoreButtons(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-restore]') ?? [])]
}
