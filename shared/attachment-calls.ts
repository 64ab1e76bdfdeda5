// The channels of what is attached to unsent texts.
import { z } from 'zod'
import { namedAttachment } from './attachment.ts'
import { attachmentLimit, droppedLimit } from './attachment-limits.ts'
import { call } from './call.ts'
import { failure } from './failure.ts'
import { sessionId } from './session.ts'
import { hash } from './spilled.ts'

/** Of one message. */
export const attachments = z.array(namedAttachment).max(attachmentLimit)

/** Of the unsent text they belong to. */
const key = z.union([sessionId, z.literal('new')])
/** Base64 is four characters for three bytes. */
const base64 = z.base64().max(Math.ceil(droppedLimit / 3) * 4)
const attached = z.object({ attached: z.array(namedAttachment) })

export const attachmentCalls = {
  /** Bytes that were pasted, dropped, or made by the window of a picture; answers all that is attached there now. */
  'attachments.add': call(
    () => z.strictObject({ key, name: z.string().max(1_000), base64 }),
    () => attached,
  ),
  /** A folder inside of the session's, by its absolute path; `workspace` as below. */
  'attachments.folder': call(
    () => z.strictObject({ key, path: z.string().min(1).max(4_096), workspace: z.string().max(4_096).nullable() }),
    () => attached,
  ),
  /** What stays attached, in this order. */
  'attachments.set': call(
    () => z.strictObject({ key, attached: attachments }),
    () => attached,
  ),
  /** A picture that is attached to something, by its bytes. */
  'attachments.picture': call(
    () => z.strictObject({ blob: hash }),
    () => z.object({ mime: z.string(), base64: z.string() }),
  ),
  /**
   * The person chooses natively. `pictures` are for the window to make smaller and add; `refused` is what was not attached, and why.
   * `workspace` is the folder a session that has not begun will have.
   */
  'window.chooseAttachments': call(
    () => z.strictObject({ key, what: z.enum(['files', 'folder']), workspace: z.string().max(4_096).nullable() }),
    () =>
      attached.extend({
        pictures: z.array(z.object({ name: z.string(), base64: z.string() })),
        refused: z.array(failure),
      }),
  ),
}
