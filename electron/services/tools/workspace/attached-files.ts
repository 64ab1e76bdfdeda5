// What is attached to the questions of a conversation, beside the files of its workspace: read by the handle a model was given, never written.
import { namesAttached } from '../../../../shared/attachment-kinds.ts'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import type { ToolAttachments } from '../../../contracts.ts'
import { shownPath } from './paths.ts'
import type { Workspace } from './workspace-files.ts'

/** The same, in which handles of attachments can be read, too. They name bytes that the session keeps, and no place on the disk. */
export function withAttached(
  inner: Pick<Workspace, 'forCall'>,
  attachments: ToolAttachments,
): Pick<Workspace, 'forCall'> {
  return {
    forCall(rights) {
      const files = inner.forCall(rights)
      return {
        async read(path) {
          if (namesAttached(path) === null) return await files.read(path)
          const bytes = await attachments.read(path)
          if (bytes === null) throw new ExpectedFailure('not-found', toolWords.noAttached(shownPath(path)))
          return { kind: 'file', path, bytes: Buffer.from(bytes) }
        },
        write: (path, bytes, before) => files.write(path, bytes, before),
        search: (path, query, isPattern) => files.search(path, query, isPattern),
      }
    },
  }
}
