// Below a question of the transcript: what was attached to it.
import type { Attachment } from '../../../shared/attachment.ts'
import { isKept, isPicture } from '../../../shared/attachment-kinds.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'
import { Icon } from '../../ui/icon.tsx'
import { inOrder } from '../../ui/in-order.ts'
import type { Attached } from '../attached.ts'
import { about } from './about.ts'
import { Picture } from './picture.tsx'
import './attachments.css'

export function SaidAttachments(props: { attached: Attached; list: readonly Attachment[] }) {
  return (
    <ul className="attached attached--said" aria-label={words.window.list}>
      {inOrder(props.list, (one, index) => (
        <li key={index} className="attached-chip">
          {isKept(one) && isPicture(one) ? (
            <Picture attached={props.attached} one={one} />
          ) : (
            <Icon name={!isKept(one) && one.kind === 'folder' ? 'folder' : 'file'} small />
          )}
          <span className="attached-words">
            <span className="cut" dir="auto">
              {one.name}
            </span>
            <small>{about(one)}</small>
          </span>
        </li>
      ))}
    </ul>
  )
}
