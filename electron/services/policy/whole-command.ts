// Which commands a system's own dialog can show as a whole: nothing is run without a sandbox of which a part was out of sight.
import type { Subject } from '../../../shared/approval.ts'
import { visibleText } from '../../../shared/visible-text.ts'

/** A dialog does not scroll. */
const mostLetters = 1_000
const mostLines = 20
/** A line end and a tab are as they look. */
const plain = ['U+000A', 'U+0009']
/** What stands behind a gap like this may be out of sight. */
const longGap = / {16}/

export function canBeShown(subject: Subject): boolean {
  if (subject.kind !== 'command') return false
  const { command } = subject
  if (command.length > mostLetters || command.split('\n').length > mostLines || longGap.test(command)) return false
  return visibleText(command).every((piece) => 'text' in piece || plain.includes(piece.mark))
}
