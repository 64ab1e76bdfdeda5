// A text of a model or a file in one line of a terminal, with everything in it that hides or steers written out.
import { visibleText } from '../../shared/visible-text.ts'

/** Line feeds and tabs, too: `ls⟨U+000A⟩rm`. */
export function exactLine(text: string): string {
  return visibleText(text)
    .map((piece) => ('text' in piece ? piece.text : `⟨${piece.mark}⟩`))
    .join('')
}
