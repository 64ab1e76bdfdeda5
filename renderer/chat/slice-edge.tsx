// Where the held part of a long session ends: it is read on before the reader comes there.
import { type RefObject, useEffect, useRef } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import type { Chat, ChatState, Side } from './chat-store.ts'

/** So far from the edge more is read. CSS pixels. */
const margin = 1_500

export function SliceEdge(props: {
  chat: Chat
  state: ChatState
  side: Side
  scroller: RefObject<HTMLElement | null>
}) {
  const { chat, state, side, scroller } = props
  const { slice, paging, entries, isOpening } = state
  const edge = useRef<HTMLDivElement>(null)
  const count = slice === null ? 0 : side === 'before' ? slice.from : slice.total - slice.to
  const failure = paging?.side === side ? paging.failure : null
  const isWanted = count > 0 && failure === null && !isOpening
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each part it is looked at anew whether the edge is still near
  useEffect(() => {
    const element = edge.current
    if (!isWanted || !element) return
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) void chat.page(side)
      },
      { root: scroller.current, rootMargin: `${margin}px 0px` },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [chat, side, scroller, isWanted, entries])
  if (count === 0) return null
  return (
    <div ref={edge} className={`slice-edge slice-edge--${side}`}>
      {failure ? (
        <FailureLine sentence={words.big.notRead} detail={failure.message} detailLabel={words.details} urgent>
          <button type="button" className="button" onClick={() => void chat.page(side)}>
            {words.tryAgain}
          </button>
        </FailureLine>
      ) : (
        <p className="num">{side === 'before' ? words.big.earlier(count) : words.big.later(count)}</p>
      )}
    </div>
  )
}

/** Above a version that is looked at without being gone on with. */
export function OtherVersion(props: { chat: Chat; branch: string; canShow: boolean }) {
  const { chat, branch, canShow } = props
  return (
    <div className="other-version" role="status">
      <p>{words.big.otherVersion}</p>
      {canShow && (
        <button type="button" className="button" onClick={() => void chat.switchTo(branch)}>
          {words.big.showVersion}
        </button>
      )}
      <button type="button" className="button" onClick={() => void chat.toLatest()}>
        {words.big.showActive}
      </button>
    </div>
  )
}
