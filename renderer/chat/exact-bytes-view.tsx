// The exact bytes of what is asked: nothing is cut, and whoever has not seen the end has not seen it.
import { useEffect, useRef } from 'react'
import type { ExactLine, LinePiece } from '../../shared/exact-lines.ts'
import { inOrder } from '../ui/in-order.ts'

export function ExactBytes(props: { lines: readonly ExactLine[]; label: string; onSeen: () => void }) {
  const { lines, label, onSeen } = props
  const box = useRef<HTMLOListElement>(null)
  const end = useRef<HTMLSpanElement>(null)
  const seen = useRef(onSeen)
  seen.current = onSeen
  useEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) seen.current()
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <ol ref={box} className="bytes scroll" aria-label={label} tabIndex={0} dir="ltr">
      {inOrder(lines, ({ pieces, end: lineEnd }, index) => (
        <li key={index} data-n={index + 1}>
          <span>
            {inOrder(pieces, (piece, place) => (
              <Piece key={place} piece={piece} />
            ))}
            <span ref={lineEnd === 'END' ? end : null} className={lineEnd === 'END' ? 'ctl ctl--end' : 'ctl'}>
              {lineEnd}
            </span>
          </span>
        </li>
      ))}
    </ol>
  )
}

function Piece({ piece }: { piece: LinePiece }) {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'control':
      return <span className={piece.isTab ? 'ctl ctl--tab' : 'ctl'}>{piece.label}</span>
    case 'odd':
      return (
        <span className="odd" title={piece.name}>
          {piece.label}
        </span>
      )
    default:
      return piece satisfies never
  }
}
