// Keeps a scrolling region at its end while its reader is there, and leaves it alone as soon as they are not.
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Closer to the end than this counts as being there. CSS pixels. */
const near = 24
/** Further away than this, a way back is offered. CSS pixels. */
const far = 96

/** A wheel turns on for a while after the hand has left it. Milliseconds. */
const inputLasts = 600

/** The layout may still move this long after it changed. Milliseconds. */
const layoutLasts = 250

const upwardKeys = new Set(['ArrowUp', 'PageUp', 'Home'])

export interface FollowEnd {
  /** The reader is so far from the end that a way back helps. */
  isAway: boolean
  /** Text goes on below the visible part. */
  isParted: boolean
  goToEnd: () => void
  /** Moves by so many pixels, and counts as the reader's own place. */
  moveBy: (distance: number) => void
}

export function useFollowEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  /** False while more is known to come behind what is drawn: that end is not the end. */
  isEnd: boolean,
): FollowEnd {
  const hasEnd = useRef(isEnd)
  hasEnd.current = isEnd
  const follows = useRef(true)
  const lastTop = useRef(0)
  const lastInput = useRef(Number.NEGATIVE_INFINITY)
  const lastResize = useRef(Number.NEGATIVE_INFINITY)
  const holds = useRef(false)
  const [isAway, setAway] = useState(false)
  const [isParted, setParted] = useState(false)

  const look = useCallback(() => {
    const element = scroller.current
    if (!element) return
    const distance = distanceToEnd(element)
    const isParted = !follows.current || !hasEnd.current
    setAway(isParted && distance > far)
    setParted(isParted && distance > near)
  }, [scroller])

  const pin = useCallback(() => {
    const element = scroller.current
    if (!element) return
    if (follows.current && !holds.current && hasEnd.current) {
      element.scrollTop = element.scrollHeight
      lastTop.current = element.scrollTop
    }
    look()
  }, [scroller, look])

  const goToEnd = useCallback(() => {
    follows.current = true
    holds.current = false
    pin()
  }, [pin])

  const moveBy = useCallback(
    (distance: number) => {
      const element = scroller.current
      if (!element) return
      element.scrollTop += distance
      lastTop.current = element.scrollTop
      follows.current = distanceToEnd(element) <= near
      look()
    },
    [scroller, look],
  )

  useEffect(() => {
    const element = scroller.current
    const inner = content.current
    if (!element || !inner) return

    const touched = () => {
      lastInput.current = performance.now()
    }
    const leave = () => {
      touched()
      if (element.scrollHeight > element.clientHeight) follows.current = false
    }
    const onWheel = (event: WheelEvent) => (event.deltaY < 0 ? leave() : touched())
    const onKey = (event: KeyboardEvent) => {
      if (upwardKeys.has(event.key) || (event.key === ' ' && event.shiftKey)) leave()
      else touched()
    }
    const onScroll = () => {
      const top = element.scrollTop
      const isAtEnd = distanceToEnd(element) <= near
      // Without a hand on it, the place changes because the layout did, and then the end is still wanted; or because
      // something like a screen reader went there, and then it counts as the reader's.
      const now = performance.now()
      const isReader = holds.current || now - lastInput.current < inputLasts || now - lastResize.current > layoutLasts
      if (isReader && top < lastTop.current - 1 && !isAtEnd) follows.current = false
      else if (isReader && top > lastTop.current && isAtEnd) follows.current = true
      lastTop.current = top
      if (isReader && !follows.current) touched()
      if (follows.current && !isAtEnd && !isReader) pin()
      else look()
    }
    // Who opens something wants to see it where it is, not the end that it pushes down.
    const onClick = (event: MouseEvent) => {
      if (!(event.target instanceof Element) || !event.target.closest('[aria-expanded], summary')) return
      follows.current = false
      requestAnimationFrame(() => {
        follows.current = distanceToEnd(element) <= near
        look()
      })
    }
    // While a text is being marked or the scrollbar held, nothing moves under the pointer.
    const onPress = () => {
      touched()
      holds.current = true
    }
    const onRelease = () => {
      if (!holds.current) return
      touched()
      holds.current = false
      if (distanceToEnd(element) > near && !document.getSelection()?.isCollapsed) follows.current = false
      pin()
    }
    const observer = new ResizeObserver(() => {
      lastResize.current = performance.now()
      pin()
    })
    observer.observe(element)
    observer.observe(inner)
    element.addEventListener('wheel', onWheel, { passive: true })
    element.addEventListener('touchmove', leave, { passive: true })
    element.addEventListener('keydown', onKey)
    element.addEventListener('focusin', touched)
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('click', onClick)
    element.addEventListener('pointerdown', onPress)
    window.addEventListener('pointerup', onRelease)
    window.addEventListener('pointercancel', onRelease)
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', onWheel)
      element.removeEventListener('touchmove', leave)
      element.removeEventListener('keydown', onKey)
      element.removeEventListener('focusin', touched)
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('click', onClick)
      element.removeEventListener('pointerdown', onPress)
      window.removeEventListener('pointerup', onRelease)
      window.removeEventListener('pointercancel', onRelease)
    }
  }, [scroller, content, look, pin])

  return { isAway, isParted, goToEnd, moveBy }
}

function distanceToEnd(element: HTMLElement): number {
  return element.scrollHeight - element.clientHeight - element.scrollTop
}
