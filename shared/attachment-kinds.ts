// Which kind of attachment one is, apart from the schemas: the window asks this of every question it shows.
import type { Attachment, KeptAttachment, PlaceAttachment } from './attachment.ts'

export const pictureMimes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const
export type PictureMime = (typeof pictureMimes)[number]

export function isPictureMime(mime: string): mime is PictureMime {
  return (pictureMimes as readonly string[]).includes(mime)
}

export function isKept(one: Attachment): one is KeptAttachment {
  return 'blob' in one
}

export function isPicture(one: Attachment): boolean {
  return isKept(one) && isPictureMime(one.mime)
}

/** A path that `read_file` takes for the text of an attachment; its name is for people. */
export function attachedHandle({ blob, name }: Pick<KeptAttachment, 'blob' | 'name'>): string {
  const shown = /^[\w][\w .-]{0,60}$/.test(name) ? `/${name}` : ''
  return `attached:${blob.replace('sha256:', '').slice(0, 16)}${shown}`
}

/** Whether a path names this one; null for a path that is no handle at all. */
export function namesAttached(path: string): ((one: KeptAttachment) => boolean) | null {
  const [, start] = /^attached:([0-9a-f]{16})(?:\/|$)/.exec(path) ?? []
  return start === undefined ? null : ({ blob }) => blob.startsWith(`sha256:${start}`)
}

/** Those of a record that are whole; whatever else lies in the field is others' and shown to nobody. */
export function attachmentsOf(record: { readonly [field: string]: unknown }): Attachment[] {
  const named = record['attachments']
  return Array.isArray(named) ? named.filter((one) => isWhole(one)) : []
}

function isWhole(one: unknown): one is Attachment {
  if (typeof one !== 'object' || one === null) return false
  const fields = one as Partial<Record<keyof KeptAttachment | keyof PlaceAttachment, unknown>>
  if (typeof fields.name !== 'string') return false
  const isPlace = typeof fields.path === 'string' && (fields.kind === 'file' || fields.kind === 'folder')
  return (
    isPlace || (typeof fields.blob === 'string' && typeof fields.bytes === 'number' && typeof fields.mime === 'string')
  )
}
