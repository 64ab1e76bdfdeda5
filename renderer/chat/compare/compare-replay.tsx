// A session and its replay side by side over the page: each question once, both answers beneath it. Only what is near is drawn.
import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { compareReplayWords as words } from '../../../shared/messages/compare-replay.ts'
import { window as windowWords } from '../../../shared/messages/window.ts'
import { FailureLine } from '../../ui/failure-line.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { MarkdownReader } from '../../ui/markdown/markdown.tsx'
import type { Chat, ChatState } from '../chat-store.ts'
import { PairRow } from './pair-row.tsx'
import { type Pairs, usePairs } from './use-pairs.ts'
import './compare.css'
import './compare-replay.css'

export function CompareReplay(props: {
  chat: Chat
  state: Pick<ChatState, 'sessionId' | 'replay'>
  replayId: string
  reader: MarkdownReader
}) {
  const { chat, state, replayId } = props
  // How far it is, is known of the open session alone.
  const progress = replayId === state.sessionId ? state.replay : null
  const { pairs, failure, want } = usePairs(chat, replayId, progress?.asked ?? null)
  const scroller = useRef<HTMLElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  /** Which of the differences one stands at. */
  const [at, setAt] = useState<number | null>(null)
  const here = at === null ? null : (pairs?.differing[at] ?? null)
  const goTo = (next: number) => {
    setAt(next)
    list.current?.scrollToIndex(pairs?.differing[next] ?? 0, { align: 'start' })
  }
  const isAtEnd = useRef(false)
  const look = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller.current ?? document.body
    isAtEnd.current = scrollTop + clientHeight >= scrollHeight - 2
  }
  // What is read there grows beneath who has gone to the end.
  useEffect(() => {
    if (pairs && isAtEnd.current) list.current?.scrollToIndex(pairs.of - 1, { align: 'end' })
  }, [pairs])
  const [from] = useState(() => document.activeElement)
  const leave = () => {
    if (from instanceof HTMLElement && from.isConnected) return from
    // The button that led here has been drawn anew, as with the panel of a window that became narrow.
    chat.focusComposer()
    return false
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && chat.showSideBySide(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim sheet-scrim" />
        <Dialog.Popup className="compare compare-replay" initialFocus={scroller} finalFocus={leave}>
          <header>
            <Dialog.Title>{words.title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={words.close} title={words.close}>
              <Icon name="close" />
            </Dialog.Close>
          </header>
          {pairs && <Differences pairs={pairs} at={at} onGo={goTo} />}
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section ref={scroller} className="replay-pairs scroll" aria-label={words.pairs} tabIndex={0}>
            {!pairs && !failure && <p className="compare-quiet">{words.reading}</p>}
            {pairs && (
              <Virtualizer ref={list} scrollRef={scroller} bufferSize={400} onScroll={look}>
                {Array.from({ length: pairs.of }, (_, place) => (
                  <PairRow
                    // biome-ignore lint/suspicious/noArrayIndexKey: a question is known by its place
                    key={place}
                    place={place}
                    pair={pairs.known.get(place) ?? null}
                    isHere={place === here}
                    isGoingOn={progress?.isGoingOn === true}
                    want={want}
                    reader={props.reader}
                  />
                ))}
              </Virtualizer>
            )}
          </section>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** How many there are, and the way from one to the next. */
function Differences(props: { pairs: Pairs; at: number | null; onGo: (at: number) => void }) {
  const { at } = props
  const { of, differing } = props.pairs
  const count = differing.length
  const step = (icon: 'up' | 'down', label: string, to: number) => {
    const isThere = to >= 0 && to < count
    return (
      <button
        type="button"
        className="icon-button icon-button--s"
        aria-label={label}
        title={label}
        aria-disabled={!isThere}
        onClick={() => isThere && props.onGo(to)}
      >
        <Icon name={icon} small />
      </button>
    )
  }
  return (
    <div className="replay-sum">
      <span>{count === 0 ? words.same(of) : words.differing(count, of)}</span>
      {count > 0 && (
        <span className="replay-steps">
          {step('up', words.previous, (at ?? 0) - 1)}
          {step('down', words.next, at === null ? 0 : at + 1)}
          <span className="num" role="status">
            {at !== null && words.place(at + 1, count)}
          </span>
        </span>
      )}
    </div>
  )
}
