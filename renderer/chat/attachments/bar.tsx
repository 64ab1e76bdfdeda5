// Above the text of a message that is being written: what is attached to it, and why something is not.
import { useStore } from 'zustand'
import { isPicture } from '../../../shared/attachment-kinds.ts'
import { attachmentLimit } from '../../../shared/attachment-limits.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'
import { FailureLine } from '../../ui/failure-line.tsx'
import { inOrder } from '../../ui/in-order.ts'
import { type Attached, noneAttached } from '../attached.ts'
import { EditableChips } from './chips.tsx'
import './attachments.css'

export interface Sight {
  /** Whether the chosen model sees pictures; null when nobody knows. */
  sees: boolean | null
  /** An installed model that sees them, or null. */
  seeing: string | null
  use: (model: string) => void
}

export function AttachmentBar(props: { attached: Attached; draft: string; sight: Sight; onEmptied: () => void }) {
  const { attached, draft } = props
  const list = useStore(attached.store, ({ lists }) => lists[draft] ?? noneAttached)
  const coming = useStore(attached.store, (state) => state.coming[draft] ?? 0)
  const refused = useStore(attached.store, (state) => state.refused[draft] ?? noSentences)

  const { sees, seeing, use } = props.sight
  const isUnseen = sees === false && list.some(isPicture)
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
          {words.window.unseen}{' '}
          {seeing === null ? (
            words.window.noneSees
          ) : (
            <button type="button" className="link-quiet" onClick={() => use(seeing)}>
              {words.window.seeing(seeing)}
            </button>
          )}
        </p>
      )}
      {list.length > 0 && (
        <EditableChips
          attached={attached}
          list={list}
          onChange={(next) => void attached.set(draft, next)}
          onEmptied={props.onEmptied}
        />
      )}
      {list.length >= attachmentLimit - saidBefore && (
        <p className="attached-note" role="status">
          {words.window.room(attachmentLimit - list.length)}
        </p>
      )}
      {coming > 0 && (
        <p className="attached-note" role="status">
          {words.window.coming(coming)}
        </p>
      )}
    </>
  )
}

/** So many before the last one it is said how many still fit. */
const saidBefore = 2
const noSentences: readonly string[] = []
