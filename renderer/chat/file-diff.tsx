// What a call has changed in one file.
import { callWords } from '../../shared/messages/calls.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { TouchedFile } from '../../shared/tool.ts'
import { Diff, type DiffWords } from '../ui/diff.tsx'

const diffWords: DiffWords = {
  copy: callWords.copyDiff,
  copied: words.copied,
  none: callWords.noDiff,
  of: callWords.diffOf,
  gap: callWords.gap,
  all: callWords.allLines,
}

export function FileDiff(props: {
  file: Pick<TouchedFile, 'path' | 'diff'>
  /** What has become of it, in a word. */
  said: string
}) {
  return <Diff path={props.file.path} diff={props.file.diff} said={props.said} words={diffWords} />
}
