// How a diff speaks in the room of skills: as the cards of calls do.
import { callWords } from '../../shared/messages/calls.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { DiffWords } from '../ui/diff.tsx'

export const diffWords: DiffWords = {
  copy: callWords.copyDiff,
  copied: windowWords.copied,
  none: callWords.noDiff,
  of: callWords.diffOf,
  gap: callWords.gap,
  all: callWords.allLines,
}
