// What is said of an attachment beside its name.
import type { Attachment } from '../../../shared/attachment.ts'
import { isKept, isPicture } from '../../../shared/attachment-kinds.ts'
import { pictureTokens } from '../../../shared/attachment-limits.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'

export function about(one: Attachment): string {
  if (!isKept(one)) return words.window.place(one.kind)
  if (isPicture(one)) return words.window.size(one.bytes, pictureTokens)
  if (one.of) return words.window.pages(one.of.readPages, one.of.pages, one.tokens ?? 0)
  return words.window.size(one.bytes, one.tokens ?? 0)
}
