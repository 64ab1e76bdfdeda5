// Two versions of one answer side by side, over the page. Nothing is written but when one of them is kept.
import { Dialog } from '@base-ui/react/dialog'
import { useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { compareWords as words } from '../../../shared/messages/compare.ts'
import { window as windowWords } from '../../../shared/messages/window.ts'
import { FailureLine } from '../../ui/failure-line.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { MarkdownReader } from '../../ui/markdown/markdown.tsx'
import { type Acting, ActingContext, isBusy, useActing } from '../acting.ts'
import type { Comparing } from '../chat-store.ts'
import { focusAct } from '../message-actions.tsx'
import { Column } from './column.tsx'
import { nextVersion, shownTurn } from './versions.ts'
import './compare.css'

export function Compare(props: { comparing: Comparing; reader: MarkdownReader }) {
  const { comparing, reader } = props
  const acting = useActing()
  const { chat } = acting
  const state = useStore(chat.store)
  const { questionId } = comparing
  const shown = useMemo(() => shownTurn(state, questionId), [state, questionId])
  const ids = useVersions(comparing, shown.firstId ? state.marks.versions.get(shown.firstId) : undefined)
  // null stands for the version that is being written, until it has an id.
  const [picked, setPicked] = useState<[string | null, string | null]>([comparing.left, comparing.right])
  const [left, right] = picked.map((id) => id ?? shown.firstId) as [string | null, string | null]
  const quiet = useMemo<Acting>(() => ({ ...acting, may: 'nothing' }), [acting])
  const body = useRef<HTMLDivElement>(null)
  const busy = isBusy(state)

  const close = () => chat.compare(null)
  const keep = async (id: string | null) => {
    if (id !== null && id !== shown.firstId) acting.tell(await chat.switchTo(id))
    close()
  }
  const column = (place: 0 | 1, id: string | null, other: string | null) => {
    const step = (by: 1 | -1) => {
      const to = nextVersion(ids, id, other, by)
      return to === null ? null : () => setPicked(place === 0 ? [to, other] : [other, to])
    }
    const isCurrent = id === shown.firstId
    return (
      <Column
        key={place}
        label={words.column(place === 0 ? 'first' : 'second')}
        entryId={isCurrent ? null : id}
        shown={isCurrent ? shown : null}
        place={id === null ? null : ids.indexOf(id) + 1}
        count={ids.length}
        before={step(-1)}
        after={step(1)}
        reader={reader}
        notNow={busy ? words.notNow : undefined}
        onKeep={() => void keep(id)}
      />
    )
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim sheet-scrim" />
        <Dialog.Popup
          className="compare"
          initialFocus={body}
          // The button that led here may have been drawn anew meanwhile.
          finalFocus={() => {
            focusAct(
              document.querySelector(`[data-message="${CSS.escape(comparing.from)}"]`) ?? lastAnswer(),
              'compare',
            )
            return false
          }}
        >
          <header>
            <Dialog.Title>{words.title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={words.close} title={words.close}>
              <Icon name="close" />
            </Dialog.Close>
          </header>
          {shown.turn?.question && (
            <p className="compare-question" dir="auto">
              {shown.turn.question.record.content.slice(0, 1_000)}
            </p>
          )}
          {state.sendFailure && (
            <FailureLine
              sentence={state.sendFailure.message}
              detail={state.sendFailure.detail}
              detailLabel={windowWords.details}
              urgent
            />
          )}
          <ActingContext value={quiet}>
            <div ref={body} className="compare-columns" tabIndex={-1}>
              {column(0, left, right)}
              {column(1, right, left)}
            </div>
          </ActingContext>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function lastAnswer(): Element | undefined {
  return [...document.querySelectorAll('.meta--answer')].at(-1)
}

/** Those that were there, and the new one: while that is being written, nothing says what stands beside it. */
function useVersions({ ids }: Comparing, known: readonly string[] | undefined): readonly string[] {
  return useMemo(() => (known && known.length >= ids.length ? known : ids), [ids, known])
}
