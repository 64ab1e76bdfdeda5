// Brings an entry into the middle of the transcript, opens what it is in, and marks the words one came for.
import { type RefObject, useEffect } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useStore } from 'zustand'
import type { Chat, Target } from './chat-store.ts'
import { clearMarks, mark } from './marked-words.ts'
import { type Piece, pieceWith } from './turn-pieces.ts'

/** What is drawn for the first time takes its height in a few frames. */
const mostFrames = 40
/** The place has not moved for so many frames. */
const calmFrames = 4

export function useTarget(options: {
  chat: Chat
  scroller: RefObject<HTMLElement | null>
  column: RefObject<HTMLElement | null>
  handle: RefObject<VirtualizerHandle | null>
  /** null when all turns are drawn. */
  pieces: readonly Piece[] | null
  moveBy: (distance: number) => void
}): void {
  const { chat, scroller, column, handle, pieces, moveBy } = options
  const target = useStore(chat.store, (state) => state.target)
  const isLooking = useStore(chat.store, (state) => state.isOpening)
  // biome-ignore lint/correctness/useExhaustiveDependencies: an entry is brought into sight once, wherever it is drawn then
  useEffect(() => {
    if (target === null) {
      clearMarks()
      return
    }
    if (isLooking) return
    let frame = 0
    let frames = 0
    let calm = 0
    let hasFocused = false
    const index = pieces === null ? -1 : pieceWith(pieces, target.entryId)
    const step = () => {
      frames += 1
      const found = elementsOf(column.current, target)
      const box = scroller.current
      if (box && found.length === 0 && index >= 0) handle.current?.scrollToIndex(index, { align: 'start' })
      const [first] = found
      if (box && first) {
        for (const old of box.querySelectorAll('.entry-shown')) if (old !== first) old.classList.remove('entry-shown')
        first.classList.add('entry-shown')
        const ranges = mark(found, target.terms, target.nth ?? 0)
        const current = ranges[Math.min(target.nth ?? 0, ranges.length - 1)]
        const moved = toMiddle(box, current ? current.getBoundingClientRect() : first.getBoundingClientRect())
        if (Math.abs(moved) >= 1) moveBy(moved)
        // A long text is drawn a little at a time, and what is looked for may be at its end.
        const isGrowing = first.querySelector('[data-growing]') !== null
        if (isGrowing && ranges.length <= (target.nth ?? 0)) frames = Math.min(frames, mostFrames - calmFrames)
        calm = Math.abs(moved) < 1 && !isGrowing ? calm + 1 : 0
        if (target.takesFocus && !hasFocused) hasFocused = takeFocus(first)
      }
      if (calm < calmFrames && frames < mostFrames) frame = requestAnimationFrame(step)
    }
    step()
    // Whoever takes the wheel goes where they want.
    const leave = () => cancelAnimationFrame(frame)
    const box = scroller.current
    box?.addEventListener('wheel', leave, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      box?.removeEventListener('wheel', leave)
      for (const old of column.current?.querySelectorAll('.entry-shown') ?? []) old.classList.remove('entry-shown')
    }
  }, [target, isLooking])
}

/** What is drawn of the entry, the part first that is looked for. */
function elementsOf(column: HTMLElement | null, { entryId, field }: Target): Element[] {
  const id = CSS.escape(entryId)
  const part = field === null ? '' : `[data-part="${field}"]`
  const found = [...(column?.querySelectorAll(`[data-entry="${id}"]${part}`) ?? [])]
  return found.length > 0 || field === null ? found : [...(column?.querySelectorAll(`[data-entry="${id}"]`) ?? [])]
}

/** How far it is from where it should be; what is taller than the view begins at its top. */
function toMiddle(box: HTMLElement, { top, height }: DOMRect): number {
  const view = box.getBoundingClientRect()
  const room = Math.max(0, (view.height - height) / 2)
  const distance = top - view.top - Math.min(room, view.height / 2)
  const most = box.scrollHeight - box.clientHeight - box.scrollTop
  return Math.max(-box.scrollTop, Math.min(most, Math.round(distance)))
}

function takeFocus(element: Element): boolean {
  if (!(element instanceof HTMLElement)) return false
  element.setAttribute('tabindex', '-1')
  element.focus({ preventScroll: true })
  return true
}
