// Above the text of a message that is being written: what is attached to it, and why something is not.
import { useRef } from 'react'
import { useStore } from 'zustand'
import type { NamedAttachment } from '../../../shared/attachment.ts'
import { isKept, isPicture } from '../../../shared/attachment-kinds.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'
import { FailureLine } from '../../ui/failure-line.tsx'
import { Icon } from '../../ui/icon.tsx'
import { inOrder } from '../../ui/in-order.ts'
import { type Attached, noneAttached } from '../attached.ts'
import { about } from './about.ts'
import { Picture } from './picture.tsx'
import './attachments.css'

export function AttachmentBar(props: {
  attached: Attached
  draft: string
  /** Whether the chosen model sees pictures; null when nobody knows. */
  seesPictures: boolean | null
  onEmptied: () => void
}) {
  const { attached, draft } = props
  const list = useStore(attached.store, ({ lists }) => lists[draft] ?? noneAttached)
  const coming = useStore(attached.store, (state) => state.coming[draft] ?? 0)
  const refused = useStore(attached.store, (state) => state.refused[draft] ?? noSentences)
  const bar = useRef<HTMLUListElement>(null)

  const remove = (one: NamedAttachment) => {
    const at = list.indexOf(one)
    void attached.set(
      draft,
      list.filter((other) => other !== one),
    )
    if (list.length === 1) return props.onEmptied()
    requestAnimationFrame(() => {
      const buttons = bar.current?.querySelectorAll<HTMLElement>('.attached-remove')
      buttons?.[Math.min(at, (buttons.length ?? 1) - 1)]?.focus()
    })
  }
  const isUnseen = props.seesPictures === false && list.some(isPicture)
  return (
    <>
      {refused.length > 0 && (
        <div className="attached-refused" role="alert">
          {inOrder(refused, (sentence, index) => (
            <FailureLine key={index} tone="wait" sentence={sentence} detailLabel="" />
          ))}
          <button type="button" className="link-quiet" onClick={() => attached.forgetRefusals(draft)}>
            {words.window.understood}
          </button>
        </div>
      )}
      {isUnseen && (
        <p className="attached-note" role="status">
          {words.window.unseen}
        </p>
      )}
      {list.length > 0 && (
        <ul ref={bar} className="attached" aria-label={words.window.list}>
          {inOrder(list, (one, index) => (
            <li key={index} className="attached-chip">
              {isKept(one) && isPicture(one) ? (
                <Picture attached={attached} one={one} />
              ) : (
                <Icon name={iconOf(one)} small />
              )}
              <span className="attached-words">
                <span className="cut" dir="auto">
                  {one.name}
                </span>
                <small>{about(one)}</small>
              </span>
              <button
                type="button"
                className="icon-button icon-button--s attached-remove"
                aria-label={words.window.remove(one.name)}
                title={words.window.remove(one.name)}
                onClick={() => remove(one)}
              >
                <Icon name="close" small />
              </button>
            </li>
          ))}
        </ul>
      )}
      {coming > 0 && (
        <p className="attached-note" role="status">
          {words.window.coming(coming)}
        </p>
      )}
    </>
  )
}

const noSentences: readonly string[] = []

const iconOf = (one: NamedAttachment) => (!isKept(one) && one.kind === 'folder' ? 'folder' : 'file')
