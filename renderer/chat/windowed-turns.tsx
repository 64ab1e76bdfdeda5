// The turns of a long session, of which only those near the visible part are drawn.
import { type ReactElement, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import type { Piece } from './turn-pieces.ts'

/** So much more than what is seen is drawn: enough for a turn of the wheel. CSS pixels. */
const ahead = 800

export function WindowedTurns(props: {
  pieces: readonly Piece[]
  scroller: RefObject<HTMLElement | null>
  handle: RefObject<VirtualizerHandle | null>
  draw: (piece: Piece, index: number) => ReactElement
}) {
  const { pieces, scroller, handle, draw } = props
  const box = useRef<HTMLDivElement>(null)
  const [above, setAbove] = useState(0)
  const [held, setHeld] = useState<string | null>(null)
  const shown = useRef(pieces)
  const isShifted = hasShifted(shown.current, pieces)
  useLayoutEffect(() => {
    shown.current = pieces
    setAbove(box.current?.offsetTop ?? 0)
  })
  // What has the focus, or is being marked, must not go from under the reader.
  const hold = useCallback((event: { target: EventTarget }) => {
    const piece = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-piece]') : null
    setHeld(piece?.dataset['piece'] ?? null)
  }, [])
  const last = pieces.length - 1
  const kept = pieces.findIndex(({ key }) => key === held)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens where the focus is
    <div ref={box} onFocus={hold} onPointerDown={hold}>
      <Virtualizer
        ref={handle}
        scrollRef={scroller}
        startMargin={above}
        bufferSize={ahead}
        shift={isShifted}
        data={pieces}
        // The last one may be growing.
        keepMounted={kept >= 0 && kept !== last ? [kept, last] : [last]}
      >
        {(piece, index) => (
          <div key={piece.key} data-piece={piece.key} className={index === 0 ? 'slot' : 'slot slot--next'}>
            {draw(piece, index)}
          </div>
        )}
      </Virtualizer>
    </div>
  )
}

/** Whether something was added or taken away at the beginning, and nowhere else. */
function hasShifted(before: readonly Piece[], now: readonly Piece[]): boolean {
  if (before === now || before[0]?.key === now[0]?.key) return false
  return before.at(-1)?.key === now.at(-1)?.key
}
