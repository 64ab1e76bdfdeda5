// What is attached to unsent texts: bytes that were pasted, dropped or chosen become blobs, and the desk remembers them.

import type { Attachment, NamedAttachment } from '../../shared/attachment.ts'
import { isKept, isPictureMime } from '../../shared/attachment-kinds.ts'
import { attachmentLimit } from '../../shared/attachment-limits.ts'
import { ExpectedFailure, expectedFailureOf, type Failure } from '../../shared/failure.ts'
import type { Handlers } from '../../shared/ipc.ts'
import { attachmentWords as words } from '../../shared/messages/attachments.ts'
import type { Attachable, Services, Surface } from '../contracts.ts'

type Names =
  | 'attachments.add'
  | 'attachments.folder'
  | 'attachments.set'
  | 'attachments.picture'
  | 'window.chooseAttachments'

export interface AttachmentHandlers {
  handlers: Pick<Handlers, Names>
  /** What a page says is attached, compared with the bytes that are there. Throws for what is gone, or is something else. */
  require(named: readonly NamedAttachment[] | undefined): Promise<Attachment[]>
  /** Reads what a terminal's person has named, and keeps it until `use` has put it into a session. */
  withPaths<Value>(
    paths: readonly string[],
    workspace: string | null,
    use: (attachments: Attachment[]) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value>
}

export function createAttachmentHandlers(
  {
    attachments,
    sessions,
    settings: { desk },
    folders,
  }: Pick<Services, 'attachments' | 'sessions' | 'settings'> & { folders: { require(folder: string): void } },
  surface: () => Surface,
): AttachmentHandlers {
  const of = (key: string): readonly NamedAttachment[] => desk.attached()[key] ?? []

  function requireRoom(key: string): void {
    if (of(key).length >= attachmentLimit) throw new ExpectedFailure('limit', words.tooMany(attachmentLimit))
  }

  /** The blob is on the disk before the desk names it, and held until it does. */
  async function keep({ content, ...about }: Attachable, key: string): Promise<void> {
    await sessions.keepBlob(content, async (blob) => {
      // Looked at again: another one may have come meanwhile.
      requireRoom(key)
      await desk.writeAttached(key, [...of(key), { ...blob, ...about } as NamedAttachment])
    })
  }

  /** The folder of the session that the text belongs to. */
  async function workspaceOf(key: string, chosen: string | null, signal: AbortSignal): Promise<string | null> {
    if (key !== 'new') return (await sessions.folderOf(key, signal))?.path ?? null
    if (chosen !== null) folders.require(chosen)
    return chosen
  }

  async function require(named: readonly NamedAttachment[] = []): Promise<Attachment[]> {
    for (const one of named) {
      if (!isKept(one)) continue
      const bytes = await sessions.blob(one.blob)
      if (bytes === null || !attachments.isStill(one, bytes))
        throw new ExpectedFailure('not-found', words.gone(one.name))
    }
    return [...named]
  }

  return {
    require,
    handlers: {
      'attachments.add': async ({ key, name, base64 }, signal) => {
        requireRoom(key)
        await keep(await attachments.ofBytes(name, Buffer.from(base64, 'base64'), signal), key)
        return { attached: [...of(key)] }
      },
      'attachments.folder': async ({ key, path, workspace: chosen }, signal) => {
        const place = await attachments.ofFolder(path, await workspaceOf(key, chosen, signal))
        requireRoom(key)
        await desk.writeAttached(key, [...of(key), place])
        return { attached: [...of(key)] }
      },
      'attachments.set': async ({ key, attached }) => {
        await require(attached)
        await desk.writeAttached(key, attached)
        return { attached: [...of(key)] }
      },
      'attachments.picture': async ({ blob }) => {
        const bytes = await sessions.blob(blob)
        const mime = bytes && attachments.pictureMime(bytes)
        if (bytes === null || mime === null || !isPictureMime(mime)) {
          throw new ExpectedFailure('not-found', words.pictureGone)
        }
        return { mime, base64: Buffer.from(bytes).toString('base64') }
      },
      'window.chooseAttachments': async ({ key, what, workspace: chosen }, signal) => {
        const workspace = await workspaceOf(key, chosen, signal)
        const pictures: { name: string; base64: string }[] = []
        const refused: Failure[] = []
        for (const path of await surface().chooseAttachments(what, what === 'folder' ? workspace : null, signal)) {
          try {
            if (of(key).length + pictures.length >= attachmentLimit) {
              throw new ExpectedFailure('limit', words.tooMany(attachmentLimit))
            }
            const found = await attachments.ofPath(path, workspace, { keepsPhotographs: true }, signal)
            if (found.kind === 'photograph') {
              pictures.push({ name: found.name, base64: Buffer.from(found.bytes).toString('base64') })
            } else if (found.kind === 'content') await keep(found.content, key)
            else await desk.writeAttached(key, [...of(key), found.place])
          } catch (thrown) {
            const expected = expectedFailureOf(thrown)
            if (!expected) throw thrown
            refused.push(expected.failure)
            // Each one more would be refused for the same.
            if (expected.failure.code === 'limit' && of(key).length >= attachmentLimit) break
          }
        }
        return { attached: [...of(key)], pictures, refused }
      },
    },
    async withPaths(paths, workspace, use, signal) {
      const read: Attachment[] = []
      const next = async (): Promise<Awaited<ReturnType<typeof use>>> => {
        const path = paths[read.length]
        if (path === undefined) return await use(read)
        const found = await attachments.ofPath(path, workspace, { keepsPhotographs: false }, signal)
        if (found.kind === 'photograph') throw new Error('a photograph where none was asked for')
        if (found.kind === 'place') {
          read.push(found.place)
          return await next()
        }
        const { content, ...about } = found.content
        return await sessions.keepBlob(content, async (blob) => {
          read.push({ ...blob, ...about })
          return await next()
        })
      }
      return await next()
    },
  }
}
