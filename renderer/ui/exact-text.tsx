// A text with nothing hidden in it: what has no shape, or turns the reading around, is shown as its code point.
import type { ReactNode } from 'react'

/** Control characters, spaces without width, marks that change the direction, and the letters of hidden tags. */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must be seen
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udfff]|[\u{e0000}-\u{e007f}]/gu
/** Where all of it stands in one line. */
const breaks = /[\t\n]/g
/** More than these are no longer elements of their own, so that a text full of them can be drawn. */
const elementsAtMost = 400

/** `line`: line breaks and tabs are shown as code points, too. */
export function ExactText(props: { text: string; line?: boolean }): ReactNode {
  const text = props.line ? props.text.replace(breaks, (sign) => asTag(codeOf(sign))) : props.text
  if (text.search(hidden) < 0) return text
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(hidden)) {
    if (parts.length > elementsAtMost) break
    if (match.index > end) parts.push(text.slice(end, match.index))
    parts.push(
      <span key={match.index} className="hidden-sign">
        {codeOf(match[0])}
      </span>,
    )
    end = match.index + match[0].length
  }
  parts.push(text.slice(end).replace(hidden, (sign) => asTag(codeOf(sign))))
  return parts
}

function codeOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

const asTag = (code: string) => `⟨${code}⟩`
