// What is in a backup, counted, for whoever decides about it.
import type { SavedFile } from './manifest.ts'

export const isSession = ({ path }: Pick<SavedFile, 'path'>) => /^sessions\/[^/]+\.jsonl(\.archived)?$/.test(path)
export const isTrashed = ({ path }: Pick<SavedFile, 'path'>) => /^trash\/[^/]+\/[^/]+\.jsonl(\.archived)?$/.test(path)
