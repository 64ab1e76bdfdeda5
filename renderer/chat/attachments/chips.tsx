// What is attached, each as a chip: its picture or kind, its name, what is said of it; and where it can be changed, its place.
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import type { Attachment, NamedAttachment } from '../../../shared/attachment.ts'
import { isKept, isPicture } from '../../../shared/attachment-kinds.ts'
import { attachmentWords } from '../../../shared/messages/attachments.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { inOrder } from '../../ui/in-order.ts'
import type { Attached } from '../attached.ts'
import { about } from './about.ts'
import { Picture } from './picture.tsx'
import './attachments.css'

const words = attachmentWords.window

/** To be looked at. `look` is a modifier of its class. */
export function Chips(props: { attached: Attached; list: readonly Attachment[]; look: 'said' | 'small' }) {
  return (
    <ul className={`attached attached--${props.look}`} aria-label={words.list}>
      {inOrder(props.list, (one, index) => (
        <li key={index} className="attached-chip">
          <ChipWords attached={props.attached} one={one} />
        </li>
      ))}
    </ul>
  )
}

type Act = 'earlier' | 'later' | 'remove'

/** To be put in order, by button or by pointer, and removed. `onChange` is told what stays, in its order. */
export function EditableChips(props: {
  attached: Attached
  list: readonly NamedAttachment[]
  onChange: (list: readonly NamedAttachment[]) => void
  /** The last one is gone, and the focus with it. */
  onEmptied: () => void
}) {
  const { attached, list } = props
  const bar = useRef<HTMLUListElement>(null)
  const [said, setSaid] = useState('')
  const drag = useChipDrag((from, to) => move(from, to))

  /** Where the eye was: at the same button of the chip that stands there when it has been drawn. */
  const focus = (index: number, act: Act) =>
    requestAnimationFrame(() => {
      const chip = bar.current?.children[Math.min(index, list.length - 1)] ?? bar.current?.lastElementChild
      chip?.querySelector<HTMLElement>(`[data-act="${act}"]`)?.focus()
    })
  const move = (from: number, to: number) => {
    const one = list[from]
    if (!one || to < 0 || to >= list.length) return
    props.onChange(list.toSpliced(from, 1).toSpliced(to, 0, one))
    setSaid(words.moved(one.name, to + 1, list.length))
  }
  const does: Record<Act, (index: number) => void> = {
    earlier: (index) => {
      move(index, index - 1)
      focus(index - 1, 'earlier')
    },
    later: (index) => {
      move(index, index + 1)
      focus(index + 1, 'later')
    },
    remove: (index) => {
      props.onChange(list.toSpliced(index, 1))
      if (list.length === 1) props.onEmptied()
      else focus(Math.min(index, list.length - 2), 'remove')
    },
  }
  const button = (act: Act, icon: IconName, index: number, can = true): ReactNode => {
    const label = words[act](list[index]?.name ?? '')
    return (
      <button
        type="button"
        className={`icon-button icon-button--s attached-${act === 'remove' ? 'remove' : 'move'}`}
        data-act={act}
        aria-label={label}
        title={label}
        aria-disabled={!can}
        onClick={() => can && does[act](index)}
      >
        <Icon name={icon} small />
      </button>
    )
  }
  return (
    <>
      <ul ref={bar} className="attached scroll" aria-label={words.list}>
        {inOrder(list, (one, index) => (
          <li
            key={index}
            className="attached-chip"
            data-over={drag.over === index || undefined}
            {...(list.length > 1 && drag.chip(index))}
          >
            <ChipWords attached={attached} one={one} />
            {list.length > 1 && button('earlier', 'left', index, index > 0)}
            {list.length > 1 && button('later', 'right', index, index < list.length - 1)}
            {button('remove', 'close', index)}
          </li>
        ))}
      </ul>
      <p className="sr" role="status">
        {said}
      </p>
    </>
  )
}

function ChipWords({ attached, one }: { attached: Attached; one: Attachment }) {
  return (
    <>
      {isKept(one) && isPicture(one) ? (
        <Picture attached={attached} one={one} />
      ) : (
        <Icon name={!isKept(one) && one.kind === 'folder' ? 'folder' : 'file'} small />
      )}
      <span className="attached-words">
        <span className="cut" dir="auto" title={one.name}>
          {one.name}
        </span>
        <small>{about(one)}</small>
      </span>
    </>
  )
}

/** A chip that is dropped on another one takes its place. No file and no text is dragged: nowhere else anything comes of it. */
function useChipDrag(move: (from: number, to: number) => void) {
  const [from, setFrom] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const end = () => {
    setFrom(null)
    setOver(null)
  }
  return {
    over: from === over ? null : over,
    chip: (index: number) => ({
      draggable: true,
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.setData('application/x-carrel-attachment', '')
        event.dataTransfer.effectAllowed = 'move'
        setFrom(index)
      },
      onDragOver: (event: DragEvent) => {
        if (from === null) return
        event.preventDefault()
        setOver(index)
      },
      onDrop: (event: DragEvent) => {
        if (from === null) return
        event.preventDefault()
        event.stopPropagation()
        move(from, index)
        end()
      },
      onDragEnd: end,
    }),
  }
}
