// What can be at a path of a workspace, as a checkpoint knows it: a file with its bytes, a link, a folder, or nothing.
import type { BigIntStats } from 'node:fs'
import { z } from 'zod'

/**
 * A path from the root with slashes, one character for each of its bytes (latin1): a name that is no UTF-8 is a name like
 * any other. Empty for the root itself.
 */
export type Path = string

/** Only where the process could give a file away again: as root. */
const owner = z.tuple([z.number(), z.number()]).optional()

export const fileState = z.object({
  kind: z.literal('file'),
  mode: z.number(),
  bytes: z.number(),
  /** Hex SHA-256; null when the bytes are not kept. */
  hash: z.string().nullable(),
  /** Number, size and times: of a file that is not kept, whether it was changed can be said all the same. */
  stamp: z.string().optional(),
  owner,
})
export type FileState = z.infer<typeof fileState>

export const state = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  fileState,
  z.object({ kind: z.literal('link'), target: z.string(), owner }),
  z.object({ kind: z.literal('folder'), mode: z.number(), owner }),
  /** A pipe, a socket, a device: never opened. */
  z.object({ kind: z.literal('other') }),
])
export type State = z.infer<typeof state>

export const nothing: State = { kind: 'none' }
export const permissions = 0o7777

/** Whether one can be put in place of the other without a loss. */
export function same(one: State, other: State): boolean {
  if (one.kind === 'file' && other.kind === 'file') {
    if (one.hash === null || other.hash === null) return one.stamp !== undefined && one.stamp === other.stamp
    return one.hash === other.hash && one.mode === other.mode
  }
  if (one.kind === 'link' && other.kind === 'link') return one.target === other.target
  if (one.kind === 'folder' && other.kind === 'folder') return one.mode === other.mode
  return one.kind === other.kind
}

/** Whether this can be made again. */
export function isKept(one: State): boolean {
  return one.kind !== 'other' && (one.kind !== 'file' || one.hash !== null)
}

export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
}

export function ownerOf({ uid, gid }: BigIntStats): { owner?: [number, number] } {
  return process.getuid?.() === 0 ? { owner: [Number(uid), Number(gid)] } : {}
}

export function modeOf({ mode }: BigIntStats): number {
  return Number(mode) & permissions
}

export function bytesOf(path: Path): Buffer {
  return Buffer.from(path, 'latin1')
}

export function pathOf(text: string): Path {
  return Buffer.from(text).toString('latin1')
}

/** As a person reads it; a byte that is no text is a mark. */
export function shown(path: Path): string {
  return bytesOf(path).toString('utf8')
}

export function parentOf(path: Path): Path {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

export function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function below(folder: Path, name: string): Path {
  return folder === '' ? name : `${folder}/${name}`
}

export function depthOf(path: Path): number {
  return path.split('/').length
}
